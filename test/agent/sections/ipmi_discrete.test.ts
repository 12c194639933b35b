import { expect, test } from "vitest";
import { ipmiDiscrete } from "../../../agent/sections/ipmi_discrete.ts";
import { collect, madeUp, NOW } from "./host.ts";

const SENSORS = `PS1 Status       | C8h | ok  | 10.1 | Presence detected
PS2 Status       | C9h | ok  | 10.2 | Presence detected, Failure detected
Intrusion        | 20h | ok  | 23.1 |
`;
const TOOL = `#!/bin/sh\n[ "$*" = "sdr elist compact" ] && printf '%s' '${SENSORS}'\n`;

test("sensors that know states are listed, with their age", async () => {
  const { host } = madeUp({ "/dev/ipmi0": "", "/usr/bin/ipmitool": TOOL });
  expect(await collect(ipmiDiscrete, host)).toBe(
    `<<<ipmi_discrete:sep(124):cached(${NOW},300)>>>\n${SENSORS}`,
  );
});

test("without a controller or its tool there is no section", async () => {
  expect(await collect(ipmiDiscrete, madeUp({ "/usr/bin/ipmitool": TOOL }).host)).toBeUndefined();
  expect(await collect(ipmiDiscrete, madeUp({ "/dev/ipmi0": "" }).host)).toBeUndefined();
});

import { expect, test } from "vitest";
import { ipmi } from "../../../agent/sections/ipmi.ts";
import { collect, madeUp, NOW } from "./host.ts";

const SENSORS = `Ambient          | 21.000     | degrees C  | ok    | na        | na        | na        | 38.000    | 42.000    | na
Fan 1            | 4200.000   | RPM        | ok    | na        | 600.000   | 900.000   | na        | na        | na
Fan 2            | na         | RPM        | na    | na        | 600.000   | 900.000   | na        | na        | na
PS1 Status       | 0x0        | discrete   | 0x0180| na        | na        | na        | na        | na        | na
Get SDR 0042 command failed: Timeout
`;
const TOOL = `#!/bin/sh\n[ "$*" = "sensor list" ] || exit 9\nprintf '%s' '${SENSORS}'\n`;

test("sensors that measure are listed, with their age", async () => {
  const { host } = madeUp({ "/dev/ipmi0": "", "/usr/bin/ipmitool": TOOL });
  const rows = SENSORS.split("\n").slice(0, 3).join("\n");
  expect(await collect(ipmi, host)).toBe(`<<<ipmi:sep(124):cached(${NOW},300)>>>\n${rows}\n`);
});

test("a host that has none is not asked again and again", async () => {
  const { host, write } = madeUp({ "/usr/bin/ipmitool": TOOL });
  expect(await collect(ipmi, host)).toBeUndefined();
  write("/dev/ipmi0", "");
  expect(await collect(ipmi, host)).toBeUndefined();
});

test("a tool that fails is told with its last words", async () => {
  const tool = "#!/bin/sh\necho 'Could not open device' >&2; exit 1\n";
  const { host } = madeUp({ "/dev/ipmi0": "", "/usr/bin/ipmitool": tool });
  await expect(collect(ipmi, host)).rejects.toThrow(
    "ipmitool sensor list ended with exit code 1: Could not open device",
  );
});

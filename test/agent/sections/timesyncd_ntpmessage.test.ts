import { expect, test } from "vitest";
import { timesyncdNtpmessage } from "../../../agent/sections/timesyncd_ntpmessage.ts";
import { collect, madeUp } from "./host.ts";

const MESSAGE = "NTPMessage={ Leap=0, Version=4, Mode=4, Stratum=2, Ignored=no, PacketCount=3 }";
const RUNS = { "/run/systemd/timesync/.keep": "" };
const TOOL = `#!/bin/sh
test "$*" = "show-timesync --property=NTPMessage" && echo "${MESSAGE}"
`;

test("the last answer comes with the time zone of the host", async () => {
  const { host, link } = madeUp({ ...RUNS, "/usr/bin/timedatectl": TOOL });
  link("/etc/localtime", "../usr/share/zoneinfo/Europe/Berlin");
  expect(await collect(timesyncdNtpmessage, host)).toBe(
    `<<<timesyncd_ntpmessage:sep(10)>>>\n${MESSAGE}\nTimezone=Europe/Berlin\n`,
  );
});

test("a host that has no time zone keeps UTC", async () => {
  const { host } = madeUp({ ...RUNS, "/usr/bin/timedatectl": TOOL });
  expect(await collect(timesyncdNtpmessage, host)).toMatch(/}\nTimezone=UTC\n$/);
});

test("before the first answer there is only the time zone", async () => {
  const { host } = madeUp({ ...RUNS, "/usr/bin/timedatectl": "#!/bin/sh\n" });
  expect(await collect(timesyncdNtpmessage, host)).toBe(
    "<<<timesyncd_ntpmessage:sep(10)>>>\nTimezone=UTC\n",
  );
});

test("where timesyncd does not run there is no section", async () => {
  const { host } = madeUp({ "/usr/bin/timedatectl": TOOL });
  expect(await collect(timesyncdNtpmessage, host)).toBeUndefined();
});

test("a timedatectl that hangs is ended after five seconds", async () => {
  const { host } = madeUp({ ...RUNS, "/usr/bin/timedatectl": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(timesyncdNtpmessage, host)).rejects.toThrow("took longer than 5 s");
});

import { expect, test } from "vitest";
import { roundsmanTimex } from "../../../agent/sections/roundsman_timex.ts";
import { collect, madeUp, NOW } from "./host.ts";

const CLOCKSOURCE = {
  "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
};
const TRACKING = `Reference ID    : C0000207 (192.0.2.7)
Stratum         : 3
Ref time (UTC)  : Mon Nov 16 18:05:39 2026
System time     : 0.000012345 seconds slow of NTP time
Last offset     : -0.000007000 seconds
Frequency       : 3.250 ppm slow
Root delay      : 0.004000000 seconds
Root dispersion : 0.000500000 seconds
Leap status     : Normal
`;
const says = (text: string, code = 0): string =>
  `#!/bin/sh\n[ "$*" = "-n tracking" ] && printf '%s' '${text}'\nexit ${code}\n`;

test("the clock's source stands before what the daemon says of it", async () => {
  const { host } = madeUp({ ...CLOCKSOURCE, "/usr/bin/chronyc": says(TRACKING) });
  expect(await collect(roundsmanTimex, host)).toBe(
    `<<<roundsman_timex:sep(58)>>>\nclocksource: tsc\n${TRACKING}`,
  );
});

test("a daemon that does not answer says so on one line", async () => {
  const { host } = madeUp({ "/usr/bin/chronyc": says("506 Cannot talk to daemon\n", 1) });
  expect(await collect(roundsmanTimex, host)).toBe(
    "<<<roundsman_timex:sep(58)>>>\n506 Cannot talk to daemon\n",
  );
});

test("without chrony there is no section, for there is nothing to be said", async () => {
  expect(await collect(roundsmanTimex, madeUp(CLOCKSOURCE).host)).toBeUndefined();
});

test("it is asked every half a minute; a daemon that hangs is left after five seconds", async () => {
  let now = NOW;
  const { host, write } = madeUp({ "/usr/bin/chronyc": says("first\n") }, { now: () => now });
  await collect(roundsmanTimex, host);
  write("/usr/bin/chronyc", "#!/bin/sh\nexec /bin/sleep 60\n");
  now += 20;
  expect(await collect(roundsmanTimex, host)).toContain("first\n");
  now += 10;
  await expect(collect(roundsmanTimex, host)).rejects.toThrow(/took longer than 5 s/);
});

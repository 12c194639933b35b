import { expect, test } from "vitest";
import { chrony } from "../../../agent/sections/chrony.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

test("what chrony tracks is told as chronyc says it", async () => {
  expect(await collect(chrony, web1())).toBe(`<<<chrony>>>
Reference ID    : CB007105 (203.0.113.5)
Stratum         : 3
Ref time (UTC)  : Wed Nov 18 11:00:12 2026
System time     : 0.000021000 seconds slow of NTP time
Last offset     : -0.000012000 seconds
RMS offset      : 0.000034000 seconds
Frequency       : 7.125 ppm slow
Residual freq   : -0.001 ppm
Skew            : 0.050 ppm
Root delay      : 0.011000000 seconds
Root dispersion : 0.001200000 seconds
Update interval : 64.5 seconds
Leap status     : Normal
`);
});

test("a daemon that does not answer is told", async () => {
  const tool = "#!/bin/sh\necho '506 Cannot talk to daemon'\nexit 1\n";
  const { host } = madeUp({ "/usr/bin/chronyc": tool });
  expect(await collect(chrony, host)).toBe("<<<chrony>>>\n506 Cannot talk to daemon\n");
});

test("it is asked twice a minute, without looking up names", async () => {
  let now = NOW;
  const say = (word: string): string => `#!/bin/sh\necho "$* ${word}"\n`;
  const { host, write } = madeUp({ "/usr/bin/chronyc": say("first") }, { now: () => now });
  expect(await collect(chrony, host)).toBe("<<<chrony>>>\n-n tracking first\n");
  write("/usr/bin/chronyc", say("second"));
  now += 20;
  expect(await collect(chrony, host)).toContain("first");
  now += 10;
  expect(await collect(chrony, host)).toContain("second");
});

test("one that hangs is ended after five seconds", async () => {
  const { host } = madeUp({ "/usr/bin/chronyc": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(chrony, host)).rejects.toThrow("took longer than 5 s");
});

test("without chronyc there is no section", async () => {
  expect(await collect(chrony, madeUp({}).host)).toBeUndefined();
});

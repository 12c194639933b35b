import { expect, test } from "vitest";
import { timesyncd } from "../../../agent/sections/timesyncd.ts";
import { collect, madeUp, NOW } from "./host.ts";

const RUNS = { "/run/systemd/timesync/.keep": "" };
const TOOL = `#!/bin/sh
test "$*" = timesync-status || exit 2
/bin/cat <<'END'
       Server: 203.0.113.5 (ntp.example)
Poll interval: 32s (min: 32s; max 34min 8s)
      Stratum: 2
       Offset: +1.234ms
       Jitter: 567us
 Packet count: 3
END
`;

test.each(["/run/systemd/timesync/synchronized", "/var/lib/systemd/timesync/clock"])(
  "the status is as timedatectl tells it, and then when %s was touched",
  async (file) => {
    const { host } = madeUp({ ...RUNS, "/usr/bin/timedatectl": TOOL, [file]: "" });
    const touched = Math.floor(host.stat(file)?.mtime ?? NaN);
    expect(await collect(timesyncd, host)).toBe(`<<<timesyncd>>>
       Server: 203.0.113.5 (ntp.example)
Poll interval: 32s (min: 32s; max 34min 8s)
      Stratum: 2
       Offset: +1.234ms
       Jitter: 567us
 Packet count: 3
[[[${touched}]]]
`);
  },
);

test("a clock that was never set has no such line", async () => {
  const { host } = madeUp({ ...RUNS, "/usr/bin/timedatectl": TOOL });
  expect(await collect(timesyncd, host)).toMatch(/ Packet count: 3\n$/);
});

test("where timesyncd does not run, or has no timedatectl, there is no section", async () => {
  expect(await collect(timesyncd, madeUp({ "/usr/bin/timedatectl": TOOL }).host)).toBeUndefined();
  expect(await collect(timesyncd, madeUp(RUNS).host)).toBeUndefined();
});

test("a timedatectl that hangs is ended after five seconds, and left alone for a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { ...RUNS, "/usr/bin/timedatectl": "#!/bin/sh\nexec /bin/sleep 60\n" },
    { now: () => now },
  );
  const hang = "timedatectl timesync-status took longer than 5 s";
  await expect(collect(timesyncd, host)).rejects.toThrow(hang);
  write("/usr/bin/timedatectl", TOOL);
  now += 50;
  await expect(collect(timesyncd, host)).rejects.toThrow(hang);
  now += 10;
  expect(await collect(timesyncd, host)).toContain("Stratum: 2");
});

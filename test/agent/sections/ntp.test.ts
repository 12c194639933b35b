import { expect, test } from "vitest";
import { ntp } from "../../../agent/sections/ntp.ts";
import { collect, madeUp, NOW } from "./host.ts";

const TITLE = `     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
`;
const tool = (rows: string): string =>
  `#!/bin/sh\ntest "$*" = -np || exit 2\n/bin/cat <<'END'\n${TITLE}${rows}END\n`;

test("servers come without the title, their state apart, % for none", async () => {
  const { host } = madeUp({
    "/usr/bin/ntpq": tool(
      "*192.0.2.1       .GPS.            1 u   33   64  377    0.500    0.100   0.020\n" +
        " 192.0.2.2       .INIT.          16 u    -   64    0    0.000    0.000   0.000\n",
    ),
  });
  expect(await collect(ntp, host)).toBe(`<<<ntp>>>
* 192.0.2.1       .GPS.            1 u   33   64  377    0.500    0.100   0.020
% 192.0.2.2       .INIT.          16 u    -   64    0    0.000    0.000   0.000
`);
});

test("an ntpd that knows no server gives an empty section", async () => {
  expect(await collect(ntp, madeUp({ "/usr/bin/ntpq": tool("") }).host)).toBe("<<<ntp>>>\n");
});

test.each(["0", "1"])("where no ntpd answers, exit code %s, there is no section", async (code) => {
  const refused = `#!/bin/sh\necho "ntpq: read: Connection refused" >&2\nexit ${code}\n`;
  expect(await collect(ntp, madeUp({ "/usr/bin/ntpq": refused }).host)).toBeUndefined();
  expect(await collect(ntp, madeUp({}).host)).toBeUndefined();
});

test("one that hangs is ended after five seconds, and left alone for half a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { "/usr/bin/ntpq": "#!/bin/sh\nexec /bin/sleep 60\n" },
    { now: () => now },
  );
  await expect(collect(ntp, host)).rejects.toThrow("ntpq -np took longer than 5 s");
  write("/usr/bin/ntpq", tool(""));
  now += 20;
  await expect(collect(ntp, host)).rejects.toThrow("took longer than 5 s");
  now += 10;
  expect(await collect(ntp, host)).toBe("<<<ntp>>>\n");
});

import { expect, test } from "vitest";
import { postfixMailqStatus } from "../../../agent/sections/postfix_mailq_status.ts";
import { collect, madeUp, type MadeUp } from "./host.ts";

const POSTCONF = "#!/bin/sh\nprintf '/spool\\n\\n'\n";
const PID = "/spool/pid/master.pid";

const hostWith = (files: Record<string, string>, exe?: string): MadeUp => {
  const made = madeUp({ "/usr/bin/postconf": POSTCONF, ...files });
  if (exe !== undefined) made.link("/proc/1554/exe", exe);
  return made;
};

test.each(["/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master"])(
  "it runs when its pid is that of %s",
  async (exe) => {
    expect(await collect(postfixMailqStatus, hostWith({ [PID]: "   1554\n" }, exe).host)).toBe(
      "<<<postfix_mailq_status:sep(58)>>>\ndefault:the Postfix mail system is running:PID:1554\n",
    );
  },
);

test.each([
  ["of nobody", {}, undefined, "the Postfix mail system is not running"],
  [
    "of another program",
    { [PID]: "1554\n" },
    "/bin/sh",
    "PID file exists but instance is not running!",
  ],
  ["of none", { [PID]: "1\n<<<a>>>\n" }, "/x", "PID file exists but instance is not running!"],
])("a pid %s", async (_, files: Record<string, string>, exe, state) => {
  expect(await collect(postfixMailqStatus, hostWith(files, exe).host)).toBe(
    `<<<postfix_mailq_status:sep(58)>>>\ndefault:${state}\n`,
  );
});

test("what stands in place of the file is not followed", async () => {
  const { host, link } = hostWith({}, "/usr/lib/postfix/sbin/master");
  link(PID, "/proc/1/stat");
  expect(await collect(postfixMailqStatus, host)).toMatch(
    /\ndefault:PID file exists but is not readable\n$/,
  );
});

test("each instance has its name", async () => {
  const tool = `#!/bin/sh
case $* in
-c*) printf '/spool-out\\nmail-out\\n' ;;
*) printf '/spool\\n/etc/postfix-out\\n' ;;
esac
`;
  const { host } = madeUp({ "/usr/bin/postconf": tool });
  expect(await collect(postfixMailqStatus, host)).toBe(`<<<postfix_mailq_status:sep(58)>>>
mail-out:the Postfix mail system is not running
default:the Postfix mail system is not running
`);
});

test("without Postfix there is no section", async () => {
  expect(await collect(postfixMailqStatus, madeUp({}).host)).toBeUndefined();
});

test("a postconf that fails says why", async () => {
  const { host } = madeUp({ "/usr/bin/postconf": "#!/bin/sh\necho bad main.cf >&2; exit 1\n" });
  await expect(collect(postfixMailqStatus, host)).rejects.toThrow("exit code 1: bad main.cf");
});

test("a postconf that hangs is ended after five seconds", async () => {
  const { host } = madeUp({ "/usr/bin/postconf": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(postfixMailqStatus, host)).rejects.toThrow("took longer than 5 s");
});

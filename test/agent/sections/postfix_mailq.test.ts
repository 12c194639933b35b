import { expect, test } from "vitest";
import { postfixMailq } from "../../../agent/sections/postfix_mailq.ts";
import { collect, madeUp, NOW } from "./host.ts";

const POSTCONF = "#!/bin/sh\nprintf '/spool\\n\\n'\n";

test("mails are counted through the folders that a queue is spread over", async () => {
  const { host } = madeUp({
    "/usr/bin/postconf": POSTCONF,
    "/spool/deferred/A/A1": "x".repeat(5000),
    "/spool/deferred/B/B1": "x",
    "/spool/deferred/B/B2": "x",
    "/spool/active/C1": "x",
    "/spool/incoming/D1": "x",
  });
  const kib = (...paths: readonly string[]): number =>
    Math.ceil(paths.reduce((sum, path) => sum + (host.stat(path)?.diskBytes ?? NaN), 0) / 1024);
  const folders = ["/spool/deferred", "/spool/deferred/A", "/spool/deferred/B"];
  const mails = ["/spool/deferred/A/A1", "/spool/deferred/B/B1", "/spool/deferred/B/B2"];
  expect(await collect(postfixMailq, host)).toBe(`<<<postfix_mailq>>>
[[[default]]]
QUEUE_deferred ${kib(...folders, ...mails)} 3
QUEUE_active ${kib("/spool/active", "/spool/active/C1")} 1
`);
});

test("each instance has a part of its own, the default one is last", async () => {
  const { host } = madeUp({
    "/usr/bin/postconf": `#!/bin/sh
case $* in
"-h queue_directory multi_instance_directories") printf '/spool\\n/etc/postfix-out, /etc/b\\n' ;;
"-c /etc/postfix-out -h queue_directory multi_instance_name") printf '/spool-out\\nout\\n' ;;
"-c /etc/b -h queue_directory multi_instance_name") printf '/spool-b\\n\\n' ;;
esac
`,
    "/spool-out/deferred/A/A1": "x",
  });
  const text = await collect(postfixMailq, host);
  expect(text?.replace(/ \d+ (\d+)$/gm, " $1")).toBe(`<<<postfix_mailq>>>
[[[/etc/postfix-out]]]
QUEUE_deferred 1
QUEUE_active 0
<<<postfix_mailq>>>
[[[/etc/b]]]
QUEUE_deferred 0
QUEUE_active 0
<<<postfix_mailq>>>
[[[default]]]
QUEUE_deferred 0
QUEUE_active 0
`);
});

test("mails are counted once a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { "/usr/bin/postconf": POSTCONF, "/spool/active/C1": "x" },
    { now: () => now },
  );
  await collect(postfixMailq, host);
  write("/spool/active/C2", "x");
  now += 50;
  expect(await collect(postfixMailq, host)).toMatch(/QUEUE_active \d+ 1\n$/);
  now += 10;
  expect(await collect(postfixMailq, host)).toMatch(/QUEUE_active \d+ 2\n$/);
});

test("without Postfix there is no section", async () => {
  expect(await collect(postfixMailq, madeUp({}).host)).toBeUndefined();
});

test("a postconf that hangs is ended after five seconds", async () => {
  const { host } = madeUp({ "/usr/bin/postconf": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(postfixMailq, host)).rejects.toThrow("took longer than 5 s");
});

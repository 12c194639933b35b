import { expect, test } from "vitest";
import { userNames } from "../../../agent/readings/users.ts";
import { madeUp, NOW } from "../sections/host.ts";

const PASSWD =
  "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\nbroken\ntwo words:x:5:5::/:/\n";
const said = (names: string): string => `#!/bin/sh\necho "$*" >> "\${0%/*}/asked"\n${names}\n`;

test("a uid has its first name in /etc/passwd", async () => {
  const nameOf = await userNames(madeUp({ "/etc/passwd": PASSWD }).host, ["0", "5", "7"]);
  expect(["0", "5", "7"].map(nameOf)).toEqual(["root", undefined, undefined]);
});

test("who is not in there is asked for once an hour, all in one command", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { "/etc/passwd": PASSWD, "/usr/bin/getent": said("echo eve:x:7:7:::; exit 2") },
    { now: () => now },
  );
  expect((await userNames(host, ["0", "7", "8", "7"]))("7")).toBe("eve");
  write("/usr/bin/getent", said("echo mallory:x:7:7:::"));
  now += 3599;
  expect((await userNames(host, ["7", "8"]))("7")).toBe("eve");
  now += 1;
  expect((await userNames(host, ["7", "8"]))("7")).toBe("mallory");
  expect(host.readOnce("/usr/bin/asked")).toBe("passwd 7 8\npasswd 7 8\n");
});

test("a new user in /etc/passwd is known at once", async () => {
  const { host, write } = madeUp({ "/etc/passwd": PASSWD });
  expect((await userNames(host, ["9"]))("9")).toBeUndefined();
  write("/etc/passwd", `${PASSWD}nine:x:9:9:::\n`);
  expect((await userNames(host, ["9"]))("9")).toBe("nine");
});

test("a directory service that fails costs names, and is asked again after five minutes", async () => {
  let now = NOW;
  const { host, write } = madeUp({ "/usr/bin/getent": said("exit 1") }, { now: () => now });
  expect((await userNames(host, ["7"]))("7")).toBeUndefined();
  write("/usr/bin/getent", said("echo eve:x:7:7:::"));
  now += 299;
  expect((await userNames(host, ["7"]))("7")).toBeUndefined();
  now += 1;
  expect((await userNames(host, ["7"]))("7")).toBe("eve");
});

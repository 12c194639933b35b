import { expect, test } from "vitest";
import { cifsmounts } from "../../../agent/sections/cifsmounts.ts";
import { collect, lackOf, madeUp, web1, type MadeUp } from "./host.ts";

const DEADLINE_SECONDS = 2;

const share = (place: string, i = 0, type = "cifs"): string =>
  `${30 + i} 1 0:${i} / ${place} rw - ${type} //nas/share rw\n`;

const hostWith = (mounts: string, tool: string): MadeUp =>
  madeUp({ "/proc/self/mountinfo": mounts, "/usr/bin/stat": `#!/bin/sh\n${tool}\n` });

test("each share has its sizes", async () => {
  const { host } = hostWith(
    share("/mnt/my\\040share") + share("/mnt/b", 1, "smb3"),
    "echo 9 8 7 4096",
  );
  expect(await collect(cifsmounts, host)).toBe(`<<<cifsmounts>>>
/mnt/my share ok 9 8 7 4096
/mnt/b ok 9 8 7 4096
`);
});

test("twenty that hang cost one deadline together, and are told; one that answers is told", async () => {
  const mounts = Array.from({ length: 20 }, (_, i) => share(`/mnt/${i}`, i)).join("");
  const { host } = hostWith(
    mounts + share("/mnt/good", 20),
    "test $5 = /mnt/good && echo 9 8 7 4096 || exec /bin/sleep 60",
  );
  const began = performance.now();
  const text = await collect(cifsmounts, host);
  expect((performance.now() - began) / 1000).toBeLessThan(3 * DEADLINE_SECONDS);
  const lines = Array.from({ length: 20 }, (_, i) => `/mnt/${i} hanging 0 0 0 0\n`);
  expect(text).toBe(`<<<cifsmounts>>>\n${lines.join("")}/mnt/good ok 9 8 7 4096\n`);
  expect((await lackOf(cifsmounts, host))[0]?.match(/took longer than 2 s/g)).toHaveLength(20);
});

test("one that is not for us says so", async () => {
  const complaint = "stat: cannot read file system information for '/mnt/a': Permission denied";
  const { host } = hostWith(share("/mnt/a"), `echo "${complaint}" >&2; exit 1`);
  expect(await collect(cifsmounts, host)).toBe("<<<cifsmounts>>>\n/mnt/a Permission denied\n");
});

test("an answer that makes no sense is none", async () => {
  const { host } = hostWith(share("/mnt/a"), "echo lots");
  expect(await collect(cifsmounts, host)).toBe("<<<cifsmounts>>>\n/mnt/a hanging 0 0 0 0\n");
  expect(await lackOf(cifsmounts, host)).toEqual(['/mnt/a: no sizes in "lots\\n"']);
});

test("without shares the section is empty, without the list of mounts there is none", async () => {
  expect(await collect(cifsmounts, web1())).toBe("<<<cifsmounts>>>\n");
  expect(await collect(cifsmounts, madeUp({}).host)).toBeUndefined();
});

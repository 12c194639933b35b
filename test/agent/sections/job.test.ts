import { expect, test } from "vitest";
import { job } from "../../../agent/sections/job.ts";
import { collect, lackOf, madeUp, type MadeUp } from "./host.ts";

const section = job({ stateDir: "/state" });
const UID = String(process.getuid?.());
const DONE = "start_time 1795000000\nexit_code 0\nreal_time 0:02.50\n";

/** Its files are those of alice. */
const hostWith = (files: Record<string, string>): MadeUp =>
  madeUp({ "/etc/passwd": `alice:x:${UID}:100::/:/bin/sh\n`, ...files });

test("each job has its name before what it left, of every user", async () => {
  const { host } = hostWith({
    "/state/job/alice/backup": DONE,
    "/state/job/alice/backup.4711running": "start_time 1795000060\n",
    "/state/job/alice/.backup.4712": "draft",
    "/state/job/alice/empty": "",
    "/state/job/alice/torn": "start_time 17950",
  });
  expect(await collect(section, host)).toBe(`<<<job>>>
==> backup <==
${DONE}==> backup.4711running <==
start_time 1795000060
==> empty <==
==> torn <==
start_time 17950
`);
});

test("a user without a name is known by number", async () => {
  const { host } = madeUp({ [`/state/job/${UID}/backup`]: DONE });
  expect(await collect(section, host)).toBe(`<<<job>>>\n==> backup <==\n${DONE}`);
});

test("a file in somebody else's folder does not count", async () => {
  const { host } = hostWith({ "/state/job/bob/backup": DONE });
  expect(await collect(section, host)).toBe("<<<job>>>\n");
});

test("links lead nowhere, be it a job's or a user's", async () => {
  const file = hostWith({ "/etc/shadow": "secret\n" });
  file.link("/state/job/alice/shadow", "../../../etc/shadow");
  expect(await collect(section, file.host)).toBe("<<<job>>>\n");
  const folder = hostWith({ "/elsewhere/backup": DONE });
  folder.link("/state/job/alice", "../../elsewhere");
  expect(await collect(section, folder.host)).toBe("<<<job>>>\n");
});

test("of a long file the first 4 KiB are told", async () => {
  const { host } = hostWith({ "/state/job/alice/long": "x".repeat(10_000) });
  expect(await collect(section, host)).toBe(`<<<job>>>\n==> long <==\n${"x".repeat(4096)}\n`);
});

test("a name that was chosen to mislead stays on its line", async () => {
  const { host } = hostWith({ "/state/job/alice/a\n<<<b>>>": DONE });
  expect(await collect(section, host)).toBe(`<<<job>>>\n==> a?<<<b>>> <==\n${DONE}`);
});

test("beyond a thousand jobs the rest is left out, and told to be", async () => {
  const name = (i: number): string => `/state/job/alice/j${String(i).padStart(4, "0")}`;
  const { host, write } = hostWith({});
  for (let i = 0; i < 1001; i++) write(name(i), "");
  expect((await collect(section, host))?.match(/^==> /gm)).toHaveLength(1000);
  expect(await lackOf(section, host)).toEqual(["only the first 1000 jobs are told"]);
});

test("without the folder there is no section", async () => {
  expect(await collect(section, hostWith({ "/state/spool/x": "" }).host)).toBeUndefined();
});

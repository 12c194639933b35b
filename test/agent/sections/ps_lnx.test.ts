import { execFileSync, spawn } from "node:child_process";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { psLnx } from "../../../agent/sections/ps_lnx.ts";
import type { System } from "../../../agent/section.ts";
import { system } from "../../../agent/system.ts";
import { program, testWith } from "../../peers.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

const HEADER = "[header] CGROUP USER VSZ RSS TIME ELAPSED PID COMMAND";
const stat = (pid: number, name: string, state = "S", start = 100, argStart = 1): string =>
  `${pid} (${name}) ${state} ${"0 ".repeat(18)}${start} 4096 1 ${"0 ".repeat(23)}${argStart} 0 0 0 0\n`;

const processOf = (pid: number, name: string, cmdline: string): Record<string, string> => ({
  [`/proc/${pid}/stat`]: stat(pid, name),
  [`/proc/${pid}/status`]: "Name:\tx\nUid:\t7\t0\t0\t0\nVmRSS:\t       8 kB\n",
  [`/proc/${pid}/cgroup`]: "0::/\n",
  [`/proc/${pid}/cmdline`]: cmdline,
});
const HOST = { "/proc/uptime": "100.50 1\n", "/etc/passwd": "root:x:0:0:::\n" };

/** The command column of each row. */
const commands = async (host: System): Promise<readonly string[]> =>
  ((await collect(psLnx, host)) ?? "")
    .split(`${HEADER}\n`)[1]!
    .split("\n")
    .slice(0, -1)
    .map((row) => row.split(" ").slice(7).join(" "));

test("processes of every kind have their row, in the order of their pids", async () => {
  expect(await collect(psLnx, web1())).toBe(`<<<ps_lnx>>>
[time]
${NOW}
[processes]
${HEADER}
0::/init.scope root 166016 12800 00:01:30 1-01:01:01 1 /sbin/init splash
- root 0 0 00:00:00 1-01:01:01 2 [kthreadd]
- root 0 0 00:00:07 1-01:01:00 31 [kworker/0:1-events]
0::/system.slice/nginx.service www 58593 20000 1-00:00:12 1-00:59:41 612 nginx: worker process
0::/system.slice/app.service appuser 3906250 1000000 01:01:01 01:07:41 900 java -jar /srv/größe.jar --note two lines and blanks
0::/user.slice/user-1000.slice/session-3.scope (deleted) alice 8789 4800 00:00:00 01:01 4100 -bash
0::/user.slice/a\\040b alice 0 0 00:00:00 00:11 4101 [odd ) name (] <defunct>
5:memory:/batch,1:name=systemd:/batch root 5859 1200 00:00:00 00:06 4102 [dd]
`);
});

test("a process of nobody we know has its number, one that goes while it is read has no row", async () => {
  const { host } = madeUp({
    ...HOST,
    ...processOf(5, "five", "five\0"),
    "/proc/5/status": "Uid:\t1\t4711\t1\t1\n",
    "/proc/6/stat": stat(6, "six"),
    "/proc/7/status": "Uid:\t1\t1\t1\t1\n",
    "/proc/8/stat": "garbage",
    "/proc/x9/stat": stat(9, "nine"),
  });
  expect(await collect(psLnx, host)).toMatch(/COMMAND\n- 4711 .* 5 five\n$/);
});

test("a command line is cut after 16 KiB, and a name stands where there is none", async () => {
  const { host } = madeUp({
    ...HOST,
    ...processOf(5, "long", "a".repeat(20_000)),
    ...processOf(6, "none\n<<<x>>>", ""),
    ...processOf(7, "blank", "\0 \0\0"),
    ...processOf(8, "indented", "\n  first\0second\0\0"),
  });
  expect(await commands(host)).toEqual([
    "a".repeat(16 * 1024),
    "[none <<<x>>>]",
    "[blank]",
    "first second",
  ]);
});

test("many long command lines share 8 MiB", async () => {
  const pids = Array.from({ length: 1024 }, (_, i) => i + 1);
  const crowd = pids.map((pid) => processOf(pid, "x", "y".repeat(20_000)));
  const { host } = madeUp(Object.assign({}, HOST, ...crowd) as Record<string, string>);
  const lengths = (await commands(host)).map((command) => command.length);
  expect(lengths).toEqual(pids.map(() => 8192));
});

test("no command line can make another row or a header", async () => {
  const { host } = madeUp({ ...HOST, ...processOf(4, "x", ""), ...processOf(5, "y", "after\0") });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (cmdline, name) => {
      const latin1 = (data: Uint8Array): string => Buffer.from(data).toString("latin1");
      const lies: Record<string, string> = {
        "/proc/4/cmdline": latin1(cmdline),
        "/proc/4/stat": stat(4, latin1(name)),
      };
      // Without what it remembers, so that each command line is the first.
      const lying: System = {
        ...host,
        memo: async (_key, _options, make) => make(),
        readOnce: (path, maxBytes) => lies[path] ?? host.readOnce(path, maxBytes),
      };
      const body = (await collect(psLnx, lying))?.slice("<<<ps_lnx>>>\n".length);
      const lines = body?.split("\n") ?? [];
      expect(lines).toHaveLength(4 + 2 + 1);
      expect(lines[4]).toMatch(/^- root 4 8 00:00:00 01:39 4 /);
      expect(lines[5]).toBe("- root 4 8 00:00:00 01:39 5 after");
      expect(body).not.toMatch(/^<<</m);
      expect(lines[4]).not.toMatch(/[\0-\x1f\x7f]/);
    }),
  );
});

describe("what changes rarely", () => {
  /** A process, and which of its files were read. */
  const watched = (): {
    now: (seconds: number) => void;
    write: (path: string, text: string) => void;
    collected: () => Promise<{ command: string | undefined; files: readonly string[] }>;
  } => {
    let now = NOW;
    const { host, write } = madeUp(
      { ...HOST, ...processOf(60, "first", "first\0") },
      {
        now: () => now,
      },
    );
    let files: string[] = [];
    const saw = (path: string): void => {
      if (path.startsWith("/proc/60/")) files.push(path.slice("/proc/60/".length));
    };
    const watching: System = {
      ...host,
      read: (path, maxBytes) => {
        saw(path);
        return host.read(path, maxBytes);
      },
      readOnce: (path, maxBytes) => {
        saw(path);
        return host.readOnce(path, maxBytes);
      },
    };
    const collected = async (): Promise<{ command: string | undefined; files: string[] }> => {
      files = [];
      return { command: (await commands(watching))[0], files };
    };
    return { now: (seconds) => (now = NOW + seconds), write, collected };
  };

  test("is read again after a minute", async () => {
    const { now, write, collected } = watched();
    expect((await collected()).files).toEqual(["stat", "status", "cgroup", "cmdline"]);
    write("/proc/60/cmdline", "second\0");
    now(50);
    expect(await collected()).toEqual({ command: "first", files: ["stat"] });
    now(60);
    expect((await collected()).command).toBe("second");
  });

  test("of a process that has run its memory is read again, and its command line is not", async () => {
    const { write, collected } = watched();
    await collected();
    write("/proc/60/stat", stat(60, "first", "R"));
    expect((await collected()).files).toEqual(["stat", "status"]);
    expect((await collected()).files).toEqual(["stat"]);
  });

  test.each([
    ["became another program", stat(60, "first", "S", 100, 2)],
    ["has another name", stat(60, "other")],
    ["is another process of the same pid", stat(60, "first", "S", 200)],
  ])("is read at once when the process %s", async (_, text) => {
    const { write, collected } = watched();
    await collected();
    write("/proc/60/cmdline", "second\0");
    write("/proc/60/stat", text);
    expect((await collected()).command).toBe("second");
  });

  test("is not asked of a process that waits in the kernel", async () => {
    const { now, write, collected } = watched();
    await collected();
    write("/proc/60/stat", stat(60, "first", "D"));
    now(3600);
    expect(await collected()).toEqual({ command: "first", files: ["stat", "status"] });
    now(7200);
    expect(await collected()).toEqual({ command: "first", files: ["stat", "status"] });
    write("/proc/60/stat", stat(60, "stuck", "D", 200));
    expect(await collected()).toEqual({ command: "[stuck]", files: ["stat", "status", "cgroup"] });
    write("/proc/60/stat", stat(60, "stuck", "S", 200));
    write("/proc/60/cmdline", "free again\0");
    expect((await collected()).command).toBe("free again");
  });
});

test("without processes there is the header alone, without an uptime no section", async () => {
  expect(await collect(psLnx, madeUp(HOST).host)).toMatch(new RegExp(`\\${HEADER}\n$`));
  expect(await collect(psLnx, madeUp({}).host)).toBeUndefined();
});

testWith(program("ps"), program("bash"))("on this machine the rows are those of ps", async () => {
  const odd = String.raw`$'odd \xc3\xa4 \e[31m\t\x7f\n<<<check_mk>>>\n  x \xc2\x85'`;
  for (const script of [`exec -a ${odd} sleep 60`, "exec -a 'two  blanks ' sleep 61"]) {
    const child = spawn("bash", ["-c", script], { stdio: "ignore" });
    onTestFinished(() => void child.kill());
  }
  // A process may change between the two; one that differs each time differs.
  const lasting = new Map(await differences());
  await expect
    .poll(
      async () => {
        const again = await differences();
        for (const what of lasting.keys()) if (!again.has(what)) lasting.delete(what);
        return [...lasting];
      },
      { timeout: 30_000, interval: 200 },
    )
    .toEqual([]);
});

/** By what it is of: what ps says between two collections, where it is not what both of them say. */
async function differences(): Promise<ReadonlyMap<string, unknown>> {
  const ours = async (): Promise<Rows> => rowsOf((await collect(psLnx, machine)) ?? "");
  const machine = system();
  const before = await ours();
  const args = "ax -ww -o cgroup:512,user:32,vsz,rss,cputime,etime,pid,command".split(" ");
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  const ps = rowsOf(execFileSync("ps", args, { encoding: "utf8", env }).replace(/ +/g, " "));
  const after = await ours();
  machine.close();

  const shown = [...ps.values()].map((row) => row[7]);
  const wanted = ["odd ä ?[31m?? <<<check_mk>>> x ? 60", "two blanks 61"];
  const lasting = [...ps].filter(([pid]) => before.has(pid) && after.has(pid));
  const different = lasting.filter(
    ([pid, row]) => !isBetween(before.get(pid)!, row, after.get(pid)!),
  );
  return new Map<string, unknown>([
    ...wanted.filter((command) => !shown.includes(command)).map((command) => [command, "absent"]),
    ...(lasting.length > 3 ? [] : [["processes", "too few"]]),
    ...different.map(([pid, row]) => [pid, [before.get(pid), row, after.get(pid)]]),
  ] as [string, unknown][]);
}

function isBetween(
  first: readonly string[],
  row: readonly string[],
  last: readonly string[],
): boolean {
  const same = [0, 1, 2, 3].filter((column) => first[column] === last[column]);
  const [command = "", shown = ""] = [last[7], row[7]];
  const times = [first[4], row[4], last[4]];
  return (
    same.every((column) => row[column] === first[column]) &&
    // Of a very long one the agent gives the beginning.
    (first[7] !== command ||
      (command.length < 8192 ? shown === command : shown.startsWith(command))) &&
    times.toSorted().every((time, i) => time === times[i]) &&
    seconds(row[5]) >= seconds(first[5]) - 1 &&
    seconds(row[5]) <= seconds(last[5]) + 1
  );
}

type Rows = ReadonlyMap<string, readonly string[]>;

/** Columns by pid. */
const rowsOf = (text: string): Rows => {
  const rows = text.split("\n").map((line) => ROW.exec(line)?.slice(1) ?? []);
  return new Map(rows.filter(({ length }) => length > 0).map((row) => [row[6]!, row]));
};
const ROW = / ?(\S+) (\S+) (\d+) (\d+) (\S+) (\S+) (\d+) (.*?) ?$/;

/** Of `[[D-]HH:]MM:SS`. */
function seconds(age = ""): number {
  const [, days = "0", hours = "0", minutes, rest] =
    /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(age) ?? [];
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { root, testWith } from "../../peers.ts";
import { cgroup, freezer } from "../../waitmax/freezer.ts";
import { lives, program, until } from "../../waitmax/programs.ts";
import { house, statusOf } from "../house.ts";

/** The time of all ticks; nothing of what is tested waits for a clock. */
const AT = 1_700_000_000;

test("plugins and local checks run, in name order, each in its part of the report", async () => {
  const all = house();
  all.put("plugins/b", "echo '<<<bees>>>'; printf 'a \\0 and \\377'");
  all.put("plugins/a", "echo '<<<ants>>>'; echo many");
  all.put("local/2nd", "echo '0 Second - fine'");
  all.put("local/1st", "echo '1 First x=1 so so'");
  await all.tick(AT);
  const { plugins, local } = all.output();
  expect(plugins).toBe("<<<ants>>>\nmany\n<<<bees>>>\na \0 and \xff\n");
  expect(local).toBe("<<<local:sep(0)>>>\n1 First x=1 so so\n0 Second - fine\n");
  expect(all.status().map(({ name }) => name)).toEqual([
    "plugins/a",
    "plugins/b",
    "local/1st",
    "local/2nd",
  ]);
  expect(statusOf(all, "plugins/a")).toEqual({
    name: "plugins/a",
    at: expect.closeTo(AT, -2) as number,
    seconds: expect.any(Number) as number,
  });
});

test("scripts run side by side", async () => {
  const all = house();
  const meet = (own: string, other: string): string =>
    `touch "$MK_VARDIR/${own}"; while [ ! -e "$MK_VARDIR/${other}" ]; do sleep 0.02; done; echo 0 ${own} - met`;
  all.put("local/a", meet("a", "b"));
  all.put("local/b", meet("b", "a"));
  await all.tick(AT);
  expect(all.output().local).toContain("0 a - met\n0 b - met\n");
});

test("what prints only what is new runs again only after somebody has got its output", async () => {
  const all = house();
  all.put("plugins/news", program("only-new"));
  await all.tick(AT);
  const first = all.output();
  expect(first.plugins).toBe("<<<news>>>\nnumber 1\n");
  await all.tick(AT + 10);
  await all.tick(AT + 20);
  expect(all.output()).toEqual(first);
  all.handedOver(first.handed);
  expect(all.output()).toEqual(first);
  await all.tick(AT + 30);
  const second = all.output();
  expect(second.plugins).toBe("<<<news>>>\nnumber 2\n");
  all.handedOver(first.handed);
  await all.tick(AT + 40);
  expect(all.output()).toEqual(second);
});

test("a script that printed nothing runs again at once", async () => {
  const all = house();
  all.put("plugins/news", `[ -e "$MK_VARDIR/seen" ] && echo '<<<late>>>'; touch "$MK_VARDIR/seen"`);
  await all.tick(AT);
  expect(all.output()).toMatchObject({ plugins: "", handed: [] });
  await all.tick(AT + 10);
  expect(all.output().plugins).toBe("<<<late>>>\n");
});

test("a script that hangs is ended at its deadline and costs nobody else anything", async () => {
  const all = house({ deadlineSeconds: 0.5 });
  all.put("local/hangs", program("tears-line"));
  all.put("local/works", "echo '0 Works - fine'");
  await all.tick(AT);
  expect(all.output().local).toBe("<<<local:sep(0)>>>\nwhole line\n0 Works - fine\n");
  expect(statusOf(all, "local/hangs")?.error).toBe("took longer than 0.5 s");
  expect(statusOf(all, "local/works")?.error).toBeUndefined();
});

test("while one script still runs, a tick runs the others", async () => {
  const all = house();
  all.put("plugins/slow", program("waits-for-file"));
  const slow = all.tick(AT);
  await until(() => existsSync(join(all.stateDir, "up")));
  all.put("plugins/quick", "echo '<<<quick>>>'");
  await all.tick(AT + 10);
  expect(all.output().plugins).toBe("<<<quick>>>\n");
  writeFileSync(join(all.stateDir, "go"), "");
  await slow;
  expect(all.output().plugins).toBe("<<<quick>>>\n<<<waited>>>\n");
});

test("a flood is cut at a mebibyte, at the end of a line, and reported", async () => {
  const all = house();
  all.put("plugins/floods", program("floods"));
  await all.tick(AT);
  const { plugins } = all.output();
  expect(plugins.length).toBeLessThanOrEqual(1024 * 1024 + "<<<>>>\n".length);
  expect(plugins.length).toBeGreaterThan(1024 * 1024 - 100);
  expect(plugins.endsWith("\nthe same line again\n")).toBe(true);
  expect(statusOf(all, "plugins/floods")?.error).toBe("wrote more than 1048576 bytes");
});

test("the output of a script that fails is used, and its last complaint is told", async () => {
  const all = house();
  all.put("local/fails", "echo '2 Broken - oh'; echo first >&2; echo 'no such thing' >&2; exit 3");
  await all.tick(AT);
  expect(all.output().local).toContain("2 Broken - oh\n");
  expect(statusOf(all, "local/fails")?.error).toBe("ended with exit code 3: no such thing");
});

test("what cannot be started is reported", async () => {
  const all = house();
  all.put("plugins/odd", "");
  const interpreter = "#!/nonexistent/interpreter\n";
  writeFileSync(join(all.stateDir, "..", "plugins", "odd"), interpreter);
  await all.tick(AT);
  expect(statusOf(all, "plugins/odd")?.error).toMatch(/^cannot be started: .*ENOENT/);
});

test("an interval script has data at the first tick, and says how old it is", async () => {
  const all = house();
  all.put("plugins/300/deep", "echo '<<<deep:sep(9)>>>'; echo data");
  all.put("local/300/check", "echo '0 Check - fine'; echo '0 Other - fine'");
  await all.tick(AT);
  const { plugins, local } = all.output();
  expect(plugins).toMatch(/^<<<deep:sep\(9\):cached\(17000000\d\d,300\)>>>\ndata\n$/);
  expect(local).toMatch(
    /\ncached\(17000000\d\d,300\) 0 Check - fine\ncached\(17000000\d\d,300\) 0 Other - fine\n$/,
  );
});

test("an interval script runs again when its interval is over, handed over or not", async () => {
  const all = house();
  all.put("plugins/300/news", program("only-new"));
  await all.tick(AT);
  await all.tick(AT + 290);
  expect(all.output().plugins).toContain("number 1\n");
  await all.tick(AT + 299.9);
  await until(() => all.output().plugins.includes("number 2\n"));
  expect(all.output().plugins).toMatch(/^<<<news:cached\(1700000(299|3\d\d),300\)>>>/);
});

test("a clock that was set back does not keep an interval script from running", async () => {
  const all = house();
  all.put("plugins/300/news", program("only-new"));
  await all.tick(AT);
  await all.tick(AT - 86_400);
  await until(() => all.output().plugins.includes("number 2\n"));
});

test("an interval script that fails keeps its last good output for three intervals", async () => {
  const all = house();
  const broken = join(all.stateDir, "broken");
  all.put("plugins/60/moody", `[ -e "$MK_VARDIR/broken" ] && exit 1; echo '<<<moody>>>'`);
  await all.tick(AT);
  const good = all.output().plugins;
  expect(good).toContain("<<<moody:cached(");
  writeFileSync(broken, "");
  await all.tick(AT + 60);
  await until(() => statusOf(all, "plugins/60/moody")?.error === "ended with exit code 1");
  expect(all.output().plugins).toBe(good);
  await all.tick(AT + 170);
  expect(all.output().plugins).toBe(good);
  await all.tick(AT + 220);
  expect(all.output().plugins).toBe("");
  rmSync(broken);
  await all.tick(AT + 300);
  await until(() => all.output().plugins !== "");
  expect(statusOf(all, "plugins/60/moody")?.error).toBeUndefined();
});

test("equal names in two folders are two scripts", async () => {
  const all = house();
  for (const place of ["plugins", "plugins/60", "plugins/300", "local", "local/60"]) {
    all.put(`${place}/same`, `echo '<<<${place.replace("/", "_")}>>>'`);
  }
  await all.tick(AT);
  const { plugins, local, handed } = all.output();
  expect(plugins).toMatch(
    /^<<<plugins>>>\n<<<plugins_300:cached.*,300\)>>>\n<<<plugins_60:cached.*,60\)>>>\n$/,
  );
  expect(local).toContain("<<<local>>>\n");
  expect(local).toContain("<<<local_60>>>\n");
  expect(new Set(handed).size).toBe(5);
});

test("a script that is removed takes its output and its status along", async () => {
  const all = house();
  all.put("plugins/gone", "echo '<<<gone>>>'");
  all.put("plugins/60/gone", "echo '<<<gone>>>'");
  await all.tick(AT);
  expect(all.output().handed).toHaveLength(2);
  all.remove("plugins/gone");
  all.remove("plugins/60/gone");
  await all.tick(AT + 10);
  expect(all.output()).toEqual({
    spool: "",
    mrpe: "",
    local: "<<<local:sep(0)>>>\n",
    plugins: "",
    killed: "",
    handed: [],
  });
  expect(all.status()).toEqual([]);
});

test("a folder that is meant to be an interval and is none is named, once", async () => {
  const all = house();
  all.put("plugins/5min/never", "echo '<<<never>>>'");
  await all.tick(AT);
  await all.tick(AT + 10);
  expect(all.output().plugins).toBe("");
  expect(all.status()).toEqual([
    { name: "plugins/5min", at: AT + 10, seconds: 0, error: "is not a number of seconds" },
  ]);
});

test("a stop ends what runs", async () => {
  const all = house();
  all.put("plugins/hangs", 'echo $$ >"$MK_VARDIR/pid"; exec sleep 60');
  all.put("plugins/60/hangs", "exec sleep 60");
  const tick = all.tick(AT);
  const file = join(all.stateDir, "pid");
  await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  await all.stop();
  await tick;
  expect(lives(Number(readFileSync(file, "utf8")))).toBe(false);
});

test("a script learns from its environment where things are", async () => {
  const all = house();
  all.put("local/env", 'echo "$MK_CONFDIR|$MK_VARDIR|$MK_LIBDIR|$REMOTE|$LC_ALL|$PWD|$0"; cat');
  await all.tick(AT);
  const top = dirname(all.stateDir);
  expect(all.output().local.split("\n")[1]).toBe(
    `${top}|${top}/state|${top}||C.UTF-8|${top}/local|${top}/local/env`,
  );
});

testWith(root, freezer)(
  "a script that cannot be killed is reported and not started again",
  async () => {
    const { procs, freeze, thaw } = cgroup();
    const all = house({ deadlineSeconds: 2 });
    const up = join(all.stateDir, "up");
    const runs = (): string => readFileSync(up, "utf8");
    all.put("plugins/nfs", `sleep 60 & echo $! >${procs}; echo run >>"$MK_VARDIR/up"; wait`);
    const tick = all.tick(AT);
    await until(() => existsSync(up) && runs() === "run\n");
    await freeze();
    await tick;
    expect(statusOf(all, "plugins/nfs")?.error).toMatch(/^cannot be killed: pid \d+$/);
    await all.tick(AT + 10);
    expect(runs()).toBe("run\n");
    thaw();
    for (let at = AT + 20; runs() === "run\n"; at += 10) {
      await all.tick(at);
      await sleep(100);
    }
  },
);

test("what is ended at its deadline is told as Checkmk's agent tells it", async () => {
  const all = house({ deadlineSeconds: 0.5 });
  all.put("plugins/60/hangs", "exec sleep 60");
  all.put("local/hangs", "exec sleep 60");
  all.put("local/works", "echo '0 Works - fine'");
  await all.tick(AT);
  await until(() => all.output().killed.includes("local_hangs"));
  expect(all.output().killed).toMatch(
    /^<<<checkmk_cached_plugins:sep\(124\)>>>\ntimeout\|local_hangs\|1\|\d+\n$/,
  );
  all.put("local/hangs", "echo '0 Hangs - no more'");
  await all.tick(AT + 10);
  expect(all.output().killed).toBe("");
});

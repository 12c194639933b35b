import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { program, until } from "../waitmax/programs.ts";
import { house, statusOf } from "./house.ts";

const AT = 1_700_000_000;

test("what an interval script said is served after a restart with its true age, and not run again before it is due", async () => {
  const before = house();
  before.put("plugins/300/news", program("only-new"));
  before.put("local/300/check", "echo '0 Check - fine'");
  before.write("mrpe.cfg", "Slow (interval=300) echo fine");
  await before.tick(AT);
  const { plugins, local, mrpe } = before.output();
  expect(plugins).toContain("number 1\n");
  await before.stop();

  const after = house({}, before.top);
  await after.tick(AT + 200);
  expect(after.output()).toMatchObject({ plugins, local, mrpe });
  expect(statusOf(after, "plugins/300/news")).toEqual(statusOf(before, "plugins/300/news"));
  await after.tick(AT + 300);
  await until(() => after.output().plugins.includes("number 2\n"));
});

test("what is older than three intervals is not served, nor what is from the future", async () => {
  const before = house();
  before.put("plugins/60/a", "echo '<<<a>>>'");
  await before.tick(AT);
  await before.stop();
  before.put("plugins/60/a", `touch "$MK_VARDIR/up"; exec sleep 60`);
  for (const [at, served] of [
    [AT + 150, true],
    [AT + 200, false],
    [AT - 3600, false],
  ] as const) {
    const after = house({}, before.top);
    const tick = after.tick(at);
    await until(() => existsSync(join(after.stateDir, "up")));
    expect(after.output().plugins !== "", String(at)).toBe(served);
    await after.stop();
    await tick;
    after.remove("state/up");
  }
});

test("news that nobody has got yet are not lost, and are told once, as old as they are", async () => {
  const before = house();
  before.put("plugins/news", program("only-new"));
  await before.tick(AT);
  expect(before.output().plugins).toBe("<<<news>>>\nnumber 1\n");
  await before.stop();

  const after = house({}, before.top);
  await after.tick(AT + 100);
  const first = after.output();
  expect(first.plugins).toMatch(/^<<<news:cached\(17000000\d\d,60\)>>>\nnumber 1\n$/);
  after.handedOver(first.handed);
  await after.tick(AT + 110);
  const second = after.output();
  expect(second.plugins).toBe("<<<news>>>\nnumber 2\n");
  after.handedOver(second.handed);
  await after.stop();

  const last = house({}, before.top);
  await last.tick(AT + 200);
  expect(last.output().plugins).toBe("<<<news>>>\nnumber 3\n");
});

test("news are safe as soon as they are there, even if the agent is killed", async () => {
  const all = house();
  all.put("plugins/news", program("only-new"));
  await all.tick(AT);
  const cache = join(all.stateDir, "cache");
  await until(() => readdirSync(cache).includes("plugins%2Fnews.said"));
  expect(readFileSync(join(cache, "plugins%2Fnews.said"), "latin1")).toContain("number 1\n");
});

test("states that are told anew anyway are not kept", async () => {
  const all = house();
  all.put("local/check", "echo '0 Check - fine'");
  all.write("mrpe.cfg", "A echo fine");
  await all.tick(AT);
  await all.stop();
  expect(readdirSync(join(all.stateDir, "cache"))).toEqual([]);
});

test("what a stop has cut off does not pass for an answer afterwards", async () => {
  const before = house();
  before.write("mrpe.cfg", 'Slow (interval=1) touch "$MK_VARDIR/up"; exec sleep 60');
  const tick = before.tick(AT);
  await until(() => readdirSync(before.stateDir).includes("up"));
  await before.stop();
  await tick;
  expect(readdirSync(join(before.stateDir, "cache"))).toEqual([]);
});

test("a script that is gone takes along what was kept of it", async () => {
  const all = house();
  all.put("plugins/300/a", "echo '<<<a>>>'");
  await all.tick(AT);
  all.remove("plugins/300/a");
  await all.tick(AT + 10);
  await all.stop();
  expect(readdirSync(join(all.stateDir, "cache"))).toEqual([]);
});

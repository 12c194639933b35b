import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KEEP_SECONDS } from "../../agent/collection.ts";
import { Collector } from "../../agent/collector.ts";
import type { Scripts } from "../../agent/scripts/scripts.ts";
import type { AgentSection, Body } from "../../agent/section.ts";
import { system } from "../../agent/system.ts";

let now: number;
let collector: Collector;
beforeEach(() => {
  now = 1763665200.5;
});
afterEach(() => collector.stop());

function collecting(sections: readonly AgentSection[], scripts?: Scripts): Collector {
  collector = new Collector({
    system: system({ now: () => now }),
    sections,
    ...(scripts ? { scripts } : {}),
    intervalSeconds: 10,
  });
  return collector;
}
const text = (): string => collector.report?.bytes.toString("latin1") ?? "";
const accounts = (): Record<string, unknown>[] =>
  (text().split("<<<roundsman_agent:sep(0)>>>\n")[1] ?? "")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const accountOf = (section: string): Record<string, unknown> | undefined =>
  accounts().find((line) => line["section"] === section);

const fine = (name: string, body: Body = `${name}\n`): AgentSection => ({
  name,
  collect: () => body,
});

/** A section whose collections end only when they are told to. */
function slow(name: string) {
  const waiting: ((body: string) => void)[] = [];
  const section: AgentSection = { name, collect: () => new Promise((done) => waiting.push(done)) };
  return { section, waiting };
}

test("sections come in the catalogue's order, whoever is ready first", async () => {
  const late: AgentSection = {
    name: "b",
    separator: 0,
    collect: () => new Promise((done) => setTimeout(() => done("late\n"), 20)),
  };
  await collecting([fine("a"), late, fine("c")]).collect();
  expect(text()).toMatch(/^<<<a>>>\na\n<<<b:sep\(0\)>>>\nlate\n<<<c>>>\nc\n<<<roundsman_agent/);
  expect(accounts().at(-1)).toEqual({ end: true, sections: 3 });
});

test("what the host does not have is left out and not spoken of", async () => {
  await collecting([{ name: "none", collect: () => undefined }, fine("a")]).collect();
  expect(text()).toMatch(/^<<<a>>>/);
  expect(accountOf("none")).toBeUndefined();
});

describe("a section that breaks", () => {
  let broken: boolean;
  const moody: AgentSection = {
    name: "moody",
    collect: () => {
      if (broken) throw new Error("no such\ndevice");
      return "well\n";
    },
  };

  test("costs itself alone, and says why", async () => {
    broken = true;
    await collecting([fine("a"), moody, fine("c")]).collect();
    expect(text()).toMatch(/^<<<a>>>\na\n<<<c>>>\nc\n<<<roundsman_agent/);
    expect(accountOf("moody")).toMatchObject({ error: "no such device" });
  });

  test("keeps its last good body with its age, until that is too old", async () => {
    broken = false;
    await collecting([moody]).collect();
    expect(text()).toMatch(/^<<<moody>>>\nwell/);
    broken = true;
    now += 10;
    await collector.collect();
    expect(text()).toMatch(/^<<<moody:cached\(1763665200,10\)>>>\nwell/);
    expect(accountOf("moody")).toMatchObject({ at: 1763665210.5, error: "no such device" });
    now += KEEP_SECONDS;
    await collector.collect();
    expect(text()).toMatch(/^<<<roundsman_agent/);
    expect(accountOf("moody")).toMatchObject({ error: "no such device" });
    broken = false;
    await collector.collect();
    expect(text()).toMatch(/^<<<moody>>>\nwell/);
    expect(accountOf("moody")).not.toHaveProperty("error");
  });

  test("in part says what it had to do without, and is fresh", async () => {
    const body = [{ text: "some\n" }, { text: "", error: "ip took longer than 10 s" }];
    await collecting([fine("a", body)]).collect();
    expect(text()).toMatch(/^<<<a>>>\nsome/);
    expect(accountOf("a")).toMatchObject({ error: "ip took longer than 10 s" });
  });

  test("by a rejection, or by throwing what is no error, breaks no more", async () => {
    const rejects: AgentSection = { name: "b", collect: () => Promise.reject(new Error("later")) };
    const odd: AgentSection = {
      name: "c",
      collect: () => {
        throw JSON.parse('"just text"');
      },
    };
    await collecting([fine("a"), rejects, odd]).collect();
    expect([accountOf("b"), accountOf("c")]).toMatchObject([
      { error: "later" },
      { error: "just text" },
    ]);
    expect(text()).toMatch(/^<<<a>>>/);
  });
});

describe("a section that hangs", () => {
  test("delays nobody: the report is there without it, and made again when it comes", async () => {
    const { section, waiting } = slow("slow");
    await collecting([section, fine("a")]).collect();
    expect(text()).toMatch(/^<<<a>>>/);
    now += 3;
    await collector.collect();
    expect(accountOf("slow")).toMatchObject({ error: "still being collected after 3 s" });
    waiting[0]?.("here at last\n");
    await vi.waitFor(() =>
      expect(text()).toContain("<<<slow:cached(1763665200,10)>>>\nhere at last"),
    );
    expect(accountOf("slow")).not.toHaveProperty("error");
    expect(accounts().at(-1)).toEqual({ end: true, sections: 2 });
  });

  test("is not begun again meanwhile, and its last body tells its age", async () => {
    const { section, waiting } = slow("slow");
    collecting([section, fine("a")]);
    const first = collector.collect();
    waiting[0]?.("quick\n");
    await first;
    expect(text()).toMatch(/^<<<slow>>>\nquick/);
    now += 10;
    await collector.collect();
    now += 10;
    await collector.collect();
    expect(waiting).toHaveLength(2);
    expect(text()).toMatch(/^<<<slow:cached\(1763665200,10\)>>>\nquick/);
    expect(text()).toContain("<<<a>>>");
  });

  test("does not make those look old that are just being collected again", async () => {
    const [hanging, other] = [slow("hanging"), slow("other")];
    collecting([hanging.section, other.section]);
    const first = collector.collect();
    await vi.waitFor(() => expect(other.waiting).toHaveLength(1));
    other.waiting[0]?.("well\n");
    await first;
    now += 10;
    const second = collector.collect();
    await vi.waitFor(() => expect(other.waiting).toHaveLength(2));
    hanging.waiting[0]?.("at last\n");
    await vi.waitFor(() => expect(text()).toContain("at last"));
    expect(text()).toContain("<<<other>>>\nwell");
    other.waiting[1]?.("still well\n");
    await second;
  });
});

test("after a section that took long the event loop gets its turn", async () => {
  let turns = 0;
  const seen: number[] = [];
  const sections = ["a", "b", "c"].map((name) => ({
    name,
    collect: (): string => {
      setImmediate(() => turns++);
      seen.push(turns);
      const began = performance.now();
      while (performance.now() - began < 2);
      return "";
    },
  }));
  await collecting(sections).collect();
  expect(seen).toEqual([0, 1, 2]);
});

test("what scripts say follows the sections, and a client's taking it is told to them", async () => {
  const taken: (readonly number[])[] = [];
  const scripts: Scripts = {
    tick: () => Promise.resolve(false),
    output: () => ({
      spool: "<<<s>>>\n",
      mrpe: "<<<mrpe>>>\n(m) M 0 fine\n",
      local: "<<<local:sep(0)>>>\n0 a - fine\n",
      plugins: "<<<p>>>\nx\n",
      killed: "<<<k>>>\n",
      handed: [7],
    }),
    handedOver: (handed) => taken.push(handed),
    status: () => [{ name: "plugins/p", at: 1763665200, seconds: 0.1, error: "exit code 1" }],
    stop: () => Promise.resolve(),
  };
  await collecting([fine("a")], scripts).collect();
  expect(text()).toMatch(
    /^<<<a>>>\na\n<<<s>>>\n<<<mrpe>>>\n\(m\) M 0 fine\n<<<local:sep\(0\)>>>\n0 a - fine\n<<<p>>>\nx\n<<<k>>>\n<<<roundsman_agent/,
  );
  expect(accounts()).toContainEqual({
    script: "plugins/p",
    at: 1763665200,
    seconds: 0.1,
    error: "exit code 1",
  });
  collector.report?.delivered();
  expect(taken).toEqual([[7]]);
});

test("once started it collects on the tick", async () => {
  let times = 0;
  collector = new Collector({
    system: system(),
    sections: [{ name: "a", collect: () => `${++times}\n` }],
    intervalSeconds: 1,
  });
  await collector.start();
  await vi.waitFor(() => expect(times).toBeGreaterThanOrEqual(3), 20_000);
  await vi.waitFor(() => expect(text()).toMatch(/^<<<a>>>\n[3-9]/), 20_000);
});

describe("who is polled each minute", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("collects on the tick before, and at once when another asks, and serves what scripts print in between", async () => {
    let collected = 0;
    let ticks = 0;
    const scripts: Scripts = {
      tick: () => Promise.resolve(++ticks > 1),
      output: () => ({
        spool: "",
        mrpe: "",
        local: `<<<local:sep(0)>>>\n0 ticks - ${ticks}\n`,
        plugins: "",
        killed: "",
        handed: [],
      }),
      handedOver: () => undefined,
      status: () => [],
      stop: () => Promise.resolve(),
    };
    vi.setSystemTime(1763665200_000);
    const section = fine("a");
    const host = system({ now: () => Date.now() / 1000 });
    const sections = [{ ...section, collect: () => (collected++, "a\n") }];
    collector = new Collector({ system: host, sections, scripts, intervalSeconds: 10 });
    await collector.start();
    const aMinute = async (): Promise<number> => {
      const before = collected;
      for (let second = 0; second < 60; second++) {
        await vi.advanceTimersByTimeAsync(1000);
        if (second === 34) collector.polled();
      }
      return collected - before;
    };
    expect(await aMinute()).toBe(6);
    for (let minute = 0; minute < 3; minute++) await aMinute();
    expect(await aMinute()).toBe(1);
    expect(text()).toContain(`ticks - ${ticks}\n`);
    const before = collected;
    collector.polled();
    collector.polled();
    expect(collected - before).toBe(1);
    expect(await aMinute()).toBe(6);
  });
});

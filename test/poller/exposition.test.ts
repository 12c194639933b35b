import { describe, expect, test } from "vitest";
import { exposition } from "../../poller/exposition.ts";
import { Families } from "../../poller/families.ts";
import { pollBlocks } from "../../poller/host_metrics.ts";
import { gauge } from "../../poller/judge/metrics.ts";
import { HostText } from "../../poller/render.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import { hostOf } from "./hosts.ts";
import { outcomeOf, servicesOf } from "./means.ts";
import { scraped } from "./scraped.ts";

const metrics = [
  gauge<number>("toy_a", 'A "quoted" \\ help\nof two lines.', (value) => value),
  gauge<number>("toy_b", "B.", (value) => (value > 1 ? value : undefined)),
];
const families = new Families([metrics]);

/** A host that has `value` as its only number; nothing of it is known without. */
function snapshot(name: string, value?: number, of = families, from = metrics): Snapshot {
  const host = hostOf(1, { name });
  const [poll, services] = [{ up: value !== undefined, seconds: 1, errors: {} }, servicesOf([])];
  const blocks = pollBlocks({ host, ...poll }, services);
  const common = { host, at: 1, missed: 0, ...poll, services, blocks };
  if (value === undefined) return common;
  const text = new HostText(of, name);
  return { ...common, outcome: outcomeOf({ blocks: [text.write(from, value)] }) };
}

async function chunksOf(snapshots: readonly Snapshot[], of = families): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of exposition(snapshots, of)) chunks.push(chunk);
  return chunks;
}

const textOf = async (snapshots: readonly Snapshot[]): Promise<string> =>
  Buffer.concat(await chunksOf(snapshots)).toString();

describe("the exposition", () => {
  test("has each family once, with all hosts' series under one heading", async () => {
    const text = await textOf([snapshot("one", 1), snapshot("two", 2), snapshot("gone")]);
    const read = scraped(text);
    const up = read.get("roundsman_up")?.samples;
    expect(up?.map(({ labels, value }) => [labels["instance"], value])).toEqual([
      ["one", 1],
      ["two", 1],
      ["gone", 0],
    ]);
    expect(text.slice(text.indexOf("# HELP toy_a"))).toBe(
      [
        '# HELP toy_a A "quoted" \\\\ help\\nof two lines.',
        "# TYPE toy_a gauge",
        'toy_a{instance="one"} 1',
        'toy_a{instance="two"} 2',
        "# HELP toy_b B.",
        "# TYPE toy_b gauge",
        'toy_b{instance="two"} 2',
        "",
      ].join("\n"),
    );
  });

  test("has what several checks give under one heading, each series once", async () => {
    const own = [gauge<number>("toy_c", "C.", (value) => value), ...metrics];
    const groups = [metrics, own, metrics, own];
    const shared = new Families(groups);
    const text = new HostText(shared, "one");
    const blocks = groups.slice(1).map((group) => text.write(group, 2));
    const all = [{ ...snapshot("one", 2), outcome: outcomeOf({ blocks }) }, snapshot("two", 2)];
    const read = scraped(Buffer.concat(await chunksOf(all, shared)).toString());
    for (const name of ["toy_a", "toy_b"])
      expect(
        read
          .get(name)
          ?.samples.map(({ labels }) => labels["instance"])
          .sort(),
      ).toEqual(["one", "two"]);
    expect(read.get("toy_c")?.samples).toHaveLength(1);
  });

  test("has no heading without series", async () => {
    expect(await textOf([snapshot("one", 1)])).not.toContain("toy_b");
    expect(await textOf([])).toBe("");
  });

  test("comes in bounded chunks that join to the same text, whatever is beside it", async () => {
    const long = Array.from({ length: 200 }, (_, i) => gauge<number>(`toy_${i}`, "T.", () => i));
    const wide = new Families([long]);
    const hosts = Array.from({ length: 60 }, (_, i) => snapshot(`host${i}`, i, wide, long));
    const [first, second] = await Promise.all([chunksOf(hosts, wide), chunksOf(hosts, wide)]);
    expect(first.length).toBeGreaterThan(2);
    for (const chunk of first) expect(chunk.length).toBeLessThanOrEqual(128 * 1024);
    const text = Buffer.concat(first).toString();
    expect(Buffer.concat(second).toString()).toBe(text);
    const series = [...scraped(text).values()].filter(({ name }) => name.startsWith("toy_"));
    expect(series.flatMap(({ samples }) => samples)).toHaveLength(200 * 60);
  });

  test("lets others have their turn between chunks", async () => {
    const long = Array.from({ length: 200 }, (_, i) => gauge<number>(`toy_${i}`, "T.", () => i));
    const wide = new Families([long]);
    const hosts = Array.from({ length: 60 }, (_, i) => snapshot(`host${i}`, i, wide, long));
    const chunks = exposition(hosts, wide);
    let turned = false;
    setImmediate(() => (turned = true));
    await chunks.next();
    expect(turned).toBe(false);
    await chunks.next();
    expect(turned).toBe(true);
  });
});

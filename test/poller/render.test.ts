import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declaredBy, Families } from "../../poller/families.ts";
import { each, gauge } from "../../poller/judge/metrics.ts";
import { type Block, formatNumber, HostText, MAX_SERIES, pieceAt } from "../../poller/render.ts";
import { samples } from "../../poller/samples.ts";
import { readSample } from "./scraped.ts";
import { old_sizes, sizes, toys } from "./toy.ts";

const families = new Families(toys.map(({ metrics }) => metrics));

/** What a host's blocks have for each family. */
function pieces(...blocks: readonly Block[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const block of blocks) {
    expect(block.ends.at(-1)).toBe(block.text.length);
    for (const [place, { name }] of declaredBy(block.metrics).entries())
      (found[name] ??= []).push(...pieceAt(block, place).toString().split("\n").filter(Boolean));
  }
  return found;
}

const things = (...names: string[]) => ({
  time: undefined,
  things: names.map((name, index) => ({ name, value: index + 1 })),
});

describe("the text of a host", () => {
  test("has each family's series together, with the host and the thing as labels", () => {
    const text = new HostText(families, "web1");
    const block = text.write(sizes.metrics, things("sda", "sdb"));
    expect(pieces(block)).toEqual({
      toy_things: ['toy_things{instance="web1"} 2'],
      toy_size_bytes: [
        'toy_size_bytes{instance="web1",device="sda"} 1',
        'toy_size_bytes{instance="web1",device="sdb"} 2',
      ],
      toy_reads_total: [
        'toy_reads_total{instance="web1",device="sda"} 2',
        'toy_reads_total{instance="web1",device="sdb"} 4',
      ],
    });
    expect(text.series).toBe(5);
  });

  test("reads back as the samples of the data, whatever the names in it", () => {
    const names = fc.uniqueArray(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 5 });
    fc.assert(
      fc.property(names, fc.string(), (devices, instance) => {
        const data = things(...devices);
        const block = new HostText(families, instance).write(sizes.metrics, data);
        const read = Object.values(pieces(block)).flat().map(readSample);
        const found = [...samples(sizes.metrics, data)].map(({ name, labels }) => ({
          name,
          labels,
        }));
        const key = (sample: object): string => JSON.stringify(sample);
        const kept = new Set(found.map(key));
        const got = read.map(({ name, labels: { instance: host, ...labels } }) => {
          expect(host?.length).toBe(instance.length);
          return key({ name, labels });
        });
        expect(new Set(got)).toEqual(kept);
        expect(got).toHaveLength(kept.size);
      }),
    );
  });

  test("has a thing that is there twice once, the first", () => {
    const text = new HostText(families, "web1");
    const block = text.write(sizes.metrics, things("sda", "sda"));
    expect(pieces(block)["toy_size_bytes"]).toEqual([
      'toy_size_bytes{instance="web1",device="sda"} 1',
    ]);
    expect(text.drops).toEqual({ duplicate: 2, limit: 0, truncated: 0 });
  });

  test("has a series that two checks give once, the first", () => {
    const text = new HostText(families, "web1");
    const first = text.write(sizes.metrics, things("sda"));
    const second = text.write(old_sizes.metrics, things("new", "sda"));
    expect(pieces(first, second)["toy_size_bytes"]).toEqual([
      'toy_size_bytes{instance="web1",device="sda"} 1',
      'toy_size_bytes{instance="web1",device="new"} 1',
    ]);
    expect(text.drops.duplicate).toBe(2);
  });

  test("ends at the cap on series and counts the rest", () => {
    const text = new HostText(families, "web1");
    const many = Array.from({ length: MAX_SERIES }, (_, i) => `d${i}`);
    const block = text.write(sizes.metrics, things(...many));
    expect(text.series).toBe(MAX_SERIES);
    expect(text.drops.limit).toBe(MAX_SERIES + 1);
    expect(Object.values(pieces(block)).flat()).toHaveLength(MAX_SERIES);
  });

  test("does not look at things that cannot get a series any more", () => {
    let looked = 0;
    const many = each(
      () => Array.from({ length: 3 * MAX_SERIES }, (_, i) => i),
      { thing: (i) => String((looked++, i)) },
      [gauge("toy_a", "A.", Number), gauge("toy_b", "B.", Number)],
    );
    const text = new HostText(new Families([[many]]), "web1");
    text.write([many], {});
    expect([text.series, text.drops.limit, looked]).toEqual([
      MAX_SERIES,
      5 * MAX_SERIES,
      MAX_SERIES,
    ]);
  });

  test("counts label values that were cut", () => {
    const text = new HostText(families, "web1");
    text.write(sizes.metrics, things("x".repeat(500)));
    expect(text.drops.truncated).toBe(1);
  });

  test("has no series for a value that is not known", () => {
    const metric = gauge<object>("toy_unknown", "Unknown.", () => undefined);
    const text = new HostText(new Families([[metric]]), "web1");
    expect(pieces(text.write([metric], {}))).toEqual({ toy_unknown: [] });
  });

  test("has all that the poller says itself, however little the host may have", () => {
    const text = new HostText(families, "web1", 1);
    text.write(sizes.metrics, things("sda"));
    const told = text.tell(old_sizes.metrics, things("sdb", "sdc"));
    expect(Object.values(pieces(told)).flat()).toHaveLength(4);
    expect(Object.values(pieces(text.write(sizes.metrics, things("sdd")))).flat()).toEqual([]);
  });

  test("has nothing of metrics that break, and counts nothing of them", () => {
    const broken = [
      ...old_sizes.metrics,
      gauge<unknown>("toy_broken", "Broken.", () => {
        throw new Error("boom");
      }),
    ];
    const own = new Families([sizes.metrics, broken]);
    const text = new HostText(own, "web1");
    text.write(sizes.metrics, things("sda"));
    expect(() => text.write(broken, things("sda", "sdb", "x".repeat(500)))).toThrow("boom");
    expect([text.series, text.drops]).toEqual([3, { duplicate: 0, limit: 0, truncated: 0 }]);
    const after = text.write(sizes.metrics, things("sda", "sdb"));
    expect(pieces(after)["toy_size_bytes"]).toEqual([
      'toy_size_bytes{instance="web1",device="sdb"} 2',
    ]);
  });
});

describe("a block of an earlier text", () => {
  const alone = [each(() => [1, 2, 2], { n: String }, [gauge("toy_n", "N.", Number)])];
  const own = new Families([alone, sizes.metrics]);
  const block = new HostText(own, "web1").write(alone, {});
  /** A text of which there is room for `room` series more. */
  const textWith = (room: number): HostText => {
    const text = new HostText(own, "web1", 3 + room);
    text.write(sizes.metrics, things("sda"));
    return text;
  };

  test("is part of another with all that it counts", () => {
    const text = textWith(2);
    expect(text.again(block)).toBe(true);
    expect([text.series, text.drops]).toEqual([5, { duplicate: 1, limit: 0, truncated: 0 }]);
    expect(pieces(text.write(sizes.metrics, things("sdb")))["toy_size_bytes"]).toEqual([]);
  });

  test("is not where there is no room for it, nor where more might be now than was", () => {
    const full = textWith(1);
    expect(full.again(block)).toBe(false);
    expect(full.series).toBe(3);
    const cut = full.write(alone, {});
    expect(cut.written).toMatchObject({ series: 1, limit: 2 });
    expect(textWith(1).again(cut)).toBe(true);
    expect(new HostText(own, "web1", 4).again(cut)).toBe(false);
  });
});

describe("numbers", () => {
  test.each([
    [NaN, "NaN"],
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
    [-0, "0"],
    [0.1, "0.1"],
    [2 ** 53, "9007199254740992"],
    [1e21, "1e+21"],
  ])("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text));
});

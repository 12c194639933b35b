import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Check } from "../../poller/judge/check.ts";
import { each, gauge } from "../../poller/judge/metrics.ts";
import { Families, formatNumber, HostText, MAX_SERIES } from "../../poller/render.ts";
import { samples } from "../../poller/samples.ts";
import { readSample } from "./scraped.ts";
import { old_sizes, sizes, toys } from "./toy.ts";

const families = new Families(toys.flatMap(({ metrics }) => metrics));

/** What a host's text has for each family. */
function pieces(text: HostText, of = families): Record<string, string[]> {
  const { text: bytes, starts } = text.finish();
  expect(starts.at(-1)).toBe(bytes.length);
  return Object.fromEntries(
    of.list.map(({ name }, index) => [
      name,
      bytes
        .toString("utf8", starts[index], starts[index + 1])
        .split("\n")
        .filter(Boolean),
    ]),
  );
}

const things = (...names: string[]) => ({
  time: undefined,
  things: names.map((name, index) => ({ name, value: index + 1 })),
});

describe("the text of a host", () => {
  test("has each family's series together, with the host and the thing as labels", () => {
    const text = new HostText(families, "web1");
    text.add(sizes.metrics, things("sda", "sdb"));
    expect(pieces(text)).toEqual({
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
        const text = new HostText(families, instance);
        const data = things(...devices);
        text.add(sizes.metrics, data);
        const read = Object.values(pieces(text)).flat().map(readSample);
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
    text.add(sizes.metrics, things("sda", "sda"));
    expect(pieces(text)["toy_size_bytes"]).toEqual([
      'toy_size_bytes{instance="web1",device="sda"} 1',
    ]);
    expect(text.drops).toEqual({ duplicate: 2, limit: 0, truncated: 0 });
  });

  test("has a series that two checks give once, the first", () => {
    const text = new HostText(families, "web1");
    text.add(sizes.metrics, things("sda"));
    text.add(old_sizes.metrics, things("new", "sda"));
    expect(pieces(text)["toy_size_bytes"]).toEqual([
      'toy_size_bytes{instance="web1",device="sda"} 1',
      'toy_size_bytes{instance="web1",device="new"} 1',
    ]);
    expect(text.drops.duplicate).toBe(2);
  });

  test("ends at the cap on series and counts the rest", () => {
    const text = new HostText(families, "web1");
    text.add(sizes.metrics, things(...Array.from({ length: MAX_SERIES }, (_, i) => `d${i}`)));
    expect(text.series).toBe(MAX_SERIES);
    expect(text.drops.limit).toBe(MAX_SERIES + 1);
    expect(Object.values(pieces(text)).flat()).toHaveLength(MAX_SERIES);
  });

  test("does not look at things that cannot get a series any more", () => {
    let looked = 0;
    const many = each(
      () => Array.from({ length: 3 * MAX_SERIES }, (_, i) => i),
      { thing: (i) => String((looked++, i)) },
      [gauge("toy_a", "A.", Number), gauge("toy_b", "B.", Number)],
    );
    const text = new HostText(new Families([many]), "web1");
    text.add([many], {});
    expect([text.series, text.drops.limit, looked]).toEqual([
      MAX_SERIES,
      5 * MAX_SERIES,
      MAX_SERIES,
    ]);
  });

  test("counts label values that were cut", () => {
    const text = new HostText(families, "web1");
    text.add(sizes.metrics, things("x".repeat(500)));
    expect(text.drops.truncated).toBe(1);
  });

  test("has no series for a value that is not known", () => {
    const metric = gauge<object>("toy_unknown", "Unknown.", () => undefined);
    const own = new Families([metric]);
    const text = new HostText(own, "web1");
    text.add([metric], {});
    expect(pieces(text, own)).toEqual({ toy_unknown: [] });
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

describe("families", () => {
  test("that bear one name and are not the same are refused", () => {
    const named = (): Check["metrics"] => [gauge("toy_a", "A.", () => 1)];
    expect(() => new Families([...named(), ...named()])).toThrow(
      "two metric families are named toy_a",
    );
  });

  test("that were not declared cannot be written", () => {
    const stray = each(() => [1], {}, [gauge("toy_stray", "Stray.", () => 1)]);
    expect(() => new HostText(families, "web1").add([stray], {})).toThrow(
      "toy_stray is not declared",
    );
  });
});

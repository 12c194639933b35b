import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Families } from "../../../poller/families.ts";
import { HostText } from "../../../poller/render.ts";
import { each, gauge } from "../../../poller/judge/metrics.ts";
import { bodyOf, Encoder } from "../../../poller/sinks/encoder.ts";
import { NONE, piecesOf, seriesOf, vanished } from "../../../poller/sinks/pieces.ts";
import { cleanValue } from "../../../poller/labels.ts";
import { received, seriesName, STALE } from "./received.ts";

/** A host's text with one family: a sample for each pair of label value and number. */
function pieceWith(host: string, samples: readonly (readonly [string, number])[]): Buffer {
  const metrics = [
    each((all: typeof samples) => all, { Device: ([name]) => name, mount: () => "x" }, [
      gauge<readonly [string, number]>("toy_size", "Size.", ([, value]) => value),
    ]),
  ];
  const text = new HostText(new Families([metrics]), host);
  const [piece = NONE, ...others] = piecesOf([text.write(metrics, samples)]).values();
  expect(others).toEqual([]);
  return piece;
}

const anyText = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant('a"\\b\nc'));
const anyNumber = fc.oneof(fc.double(), fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 2 ** 53));
const anySamples = fc.uniqueArray(fc.tuple(anyText, anyNumber), {
  selector: ([name]) => cleanValue(name),
  maxLength: 30,
});

test("whatever a host says comes out as it was, labels in order and without empty ones", () => {
  fc.assert(
    fc.property(anyText, anySamples, fc.nat(2 ** 42), (host, samples, time) => {
      const encoder = new Encoder([
        ["site", "b"],
        ["mount", "not this one"],
      ]);
      expect(encoder.add(pieceWith(host, samples), time)).toBe(samples.length);
      const wanted = samples.map(([name, value]) => ({
        labels: [
          ["Device", cleanValue(name)],
          ["__name__", "toy_size"],
          ["instance", cleanValue(host)],
          ["mount", "x"],
          ["site", "b"],
        ].filter(([, text]) => text !== ""),
        ...{ value: value === 0 ? 0 : value, time },
      }));
      const found = received(bodyOf(encoder.finish()));
      expect(found.map(({ labels, value, time }) => ({ labels, value, time }))).toEqual(wanted);
    }),
  );
});

describe("a series that ends", () => {
  test("has the one NaN that says so, bit by bit, and no number has it", () => {
    const encoder = new Encoder([]);
    const piece = pieceWith("web1", [["sda", NaN]]);
    encoder.end(seriesOf(piece), 5);
    encoder.add(piece, 6);
    const [ended, nan] = received(bodyOf(encoder.finish()));
    expect([ended?.bits, ended?.time]).toEqual([STALE, 5]);
    expect(nan?.bits).not.toBe(STALE);
  });

  test("is found by its labels alone, however values and order are", () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b 1", "b 2", "c", 'd"\\', "e"), {
      selector: (name) => name,
    });
    fc.assert(
      fc.property(names, names, fc.func(anyNumber), fc.func(anyNumber), (before, now, one, two) => {
        const ended = vanished(
          pieceWith(
            "web1",
            before.map((name) => [name, one(name)]),
          ),
          pieceWith(
            "web1",
            now.map((name) => [name, two(name)]),
          ),
        );
        const encoder = new Encoder([]);
        encoder.end(ended, 1);
        const found = received(bodyOf(encoder.finish())).map(({ labels }) => labels[0]?.[1]);
        expect(found).toEqual(before.filter((name) => !now.includes(name)));
      }),
    );
  });
});

test("a poll of many series comes in parts that may be joined with those of others", () => {
  const encoder = new Encoder([]);
  const many = (start: number): [string, number][] =>
    Array.from({ length: 4500 }, (_, i) => [`disk${start + i}`, i]);
  encoder.add(pieceWith("web1", many(0)), 1);
  const first = encoder.finish();
  encoder.add(pieceWith("web2", many(9000)), 2);
  const second = encoder.finish();
  expect([first, second].map((parts) => parts.map(({ samples }) => samples))).toEqual([
    [2000, 2000, 500],
    [2000, 2000, 500],
  ]);
  const found = received(bodyOf([...first.slice(1), ...second]));
  expect(found).toHaveLength(7000);
  expect(found.map(seriesName).slice(2499, 2501)).toEqual([
    'toy_size{Device="disk4499",mount="x"}',
    'toy_size{Device="disk9000",mount="x"}',
  ]);
});

import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../../poller/snapshots.ts";
import { bodyOf, Encoder } from "../../../poller/sinks/encoder.ts";
import { frame, framesIn } from "../../../poller/sinks/frames.ts";
import { Sampler } from "../../../poller/sinks/sampler.ts";
import { pollOf, polled, reportOf } from "./polls.ts";
import { received, seriesName, STALE } from "./received.ts";

const AT = 1_700_000_000;

/** A sampler whose `take` gives what was sent as `series time value`, times in seconds from AT. */
function sampling(sampler = new Sampler(new Encoder([]), new Map())) {
  const told = (parts: Parameters<typeof bodyOf>[0]): string[] =>
    received(bodyOf(parts)).map((one) => {
      const value = one.bits === STALE ? "stale" : one.value;
      return `${seriesName(one)} ${(one.time - AT * 1000) / 1000} ${value}`;
    });
  return {
    sampler,
    take: (snapshot: Snapshot) => told(sampler.take(snapshot).parts),
    gone: (host: string, now: number) => told(sampler.gone(host, now * 1000)?.parts ?? []),
  };
}

const toys = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith("toy_"));
const reads = (value: number) => ({ sda: value });

describe("the time of samples", () => {
  test("is the one that the report states; what the poller says is of its own", () => {
    const lines = sampling().take(polled({ at: AT, time: AT - 7, reads: reads(1) }));
    expect(lines).toContain('toy_reads_total{device="sda"} -7 1');
    expect(lines).toContain("roundsman_up{} 0 1");
    expect(lines).toContain("roundsman_sections{} 0 1");
  });

  test("of a section from a cache is its own, and once it was sent it is not sent again", () => {
    const { take } = sampling();
    const sizes = { time: AT - 200, values: { sda: 5 } };
    const at = (seconds: number, own = sizes) =>
      toys(take(polled({ at: AT + seconds, reads: reads(seconds), sizes: own })));
    expect(at(0)).toEqual([
      'toy_reads_total{device="sda"} 0 0',
      'toy_size_bytes{device="sda"} -200 5',
    ]);
    expect(at(60)).toEqual(['toy_reads_total{device="sda"} 60 60']);
    expect(at(120, { time: AT + 100, values: { sda: 6 } })).toEqual([
      'toy_reads_total{device="sda"} 120 120',
      'toy_size_bytes{device="sda"} 100 6',
    ]);
  });

  test("is never twice the same: a report that comes again is not sent again", () => {
    const { take } = sampling();
    take(polled({ at: AT, time: AT - 3, reads: reads(1) }));
    const again = take(polled({ at: AT + 2, time: AT - 3, reads: reads(2) }));
    expect(toys(again)).toEqual([]);
    expect(again).toContain("roundsman_up{} 2 1");
  });

  test("is the poller's where the host's clock is wrong, and sections keep their age", () => {
    for (const wrong of [-86_400, -600, 3600]) {
      const { take } = sampling();
      const sizes = { time: AT + wrong - 50, values: { sda: 5 } };
      const first = take(polled({ at: AT, time: AT + wrong, reads: reads(1), sizes }));
      expect(toys(first), `${wrong}`).toEqual([
        'toy_reads_total{device="sda"} 0 1',
        'toy_size_bytes{device="sda"} -50 5',
      ]);
      const next = polled({ at: AT + 60, time: AT + wrong + 58, reads: reads(2), sizes });
      expect(toys(take(next)), `${wrong}`).toEqual(['toy_reads_total{device="sda"} 60 2']);
    }
  });

  test("never goes back: where a host's clock does, it is the poller's", () => {
    const { take } = sampling();
    take(polled({ at: AT, time: AT + 50, reads: reads(1) }));
    expect(toys(take(polled({ at: AT + 60, time: AT + 10, reads: reads(2) })))).toEqual([
      'toy_reads_total{device="sda"} 60 2',
    ]);
  });

  test("of what receivers would refuse as too old is counted, and nothing is sent", () => {
    const { take, sampler } = sampling();
    const sizes = { time: AT - 7200, values: { sda: 5, sdb: 6 } };
    expect(toys(take(polled({ at: AT, sizes })))).toEqual([]);
    take(polled({ at: AT + 60, sizes }));
    expect(sampler.skipped).toEqual({ outOfOrder: 0, tooOld: 2 });
  });

  test("of a poller whose clock was put back waits for it", () => {
    const { take, sampler } = sampling();
    const first = take(polled({ at: AT, reads: reads(1) }));
    expect(take(polled({ at: AT - 30, reads: reads(2) }))).toEqual([]);
    expect(sampler.skipped.outOfOrder).toBeGreaterThan(0);
    expect(take(polled({ at: AT + 30, reads: reads(3) }))).toHaveLength(first.length);
  });
});

describe("a series ends", () => {
  test("when its device is gone, at the time of the report that lacks it", () => {
    const { take } = sampling();
    take(polled({ at: AT, time: AT - 5, reads: { sda: 1, sdb: 2, sdc: 3 } }));
    const lines = take(polled({ at: AT + 60, time: AT + 55, reads: { sdb: 4 } }));
    expect(toys(lines)).toEqual([
      'toy_reads_total{device="sdb"} 55 4',
      'toy_reads_total{device="sda"} 55 stale',
      'toy_reads_total{device="sdc"} 55 stale',
    ]);
    expect(toys(take(polled({ at: AT + 120, reads: { sdb: 5 } })))).toHaveLength(1);
  });

  test("when its section is gone, and it may come back", () => {
    const { take } = sampling();
    const sizes = { time: AT - 100, values: { sda: 5 } };
    take(polled({ at: AT, sizes }));
    expect(toys(take(polled({ at: AT + 60 })))).toEqual(['toy_size_bytes{device="sda"} 60 stale']);
    expect(toys(take(polled({ at: AT + 120, sizes })))).toEqual([
      'toy_size_bytes{device="sda"} 120 5',
    ]);
  });

  test("when a service is gone", () => {
    const { take } = sampling();
    const outcome = reportOf({ at: AT });
    take(pollOf(AT, outcome, { services: ["A", "B"] }));
    expect(take(pollOf(AT + 60, outcome, { services: ["B"] }))).toContain(
      'roundsman_service_state{check="toy",service="A"} 60 stale',
    );
  });

  test("when what was known of its host is forgotten, but not while it is merely down", () => {
    const { take } = sampling();
    const outcome = reportOf({ at: AT, reads: reads(1) });
    take(pollOf(AT, outcome));
    const down: Snapshot = { ...pollOf(AT + 60, outcome), up: false };
    expect(toys(take(down))).toEqual([]);
    const lines = take(pollOf(AT + 120, undefined));
    expect(toys(lines)).toEqual(['toy_reads_total{device="sda"} 120 stale']);
    expect(lines).toContain("roundsman_sections{} 120 stale");
    expect(lines).toContain("roundsman_up{} 120 0");
    // Collected before the series ended, come afterwards.
    const back = take(polled({ at: AT + 122, time: AT + 119, reads: reads(9) }));
    expect(toys(back)).toEqual(['toy_reads_total{device="sda"} 122 9']);
  });

  test("when its host is polled no more, each of them once and after all that was sent", () => {
    const { take, gone } = sampling();
    const sent = take(polled({ at: AT, time: AT + 40, reads: reads(1) }));
    const ended = gone("web1", AT + 1);
    expect(ended.map((line) => line.split(" ")[0]).sort()).toEqual(
      sent.map((line) => line.split(" ")[0]).sort(),
    );
    expect(ended.every((line) => line.endsWith(" 40.001 stale"))).toBe(true);
    expect(gone("web1", AT + 2)).toEqual([]);
  });
});

test("what was sent is remembered over a restart, as a frame keeps it", () => {
  const sizes = { time: AT - 200, values: { sda: 5 } };
  const before = new Sampler(new Encoder([]), new Map());
  const { parts, host, marks } = before.take(polled({ at: AT, time: AT - 5, reads: {}, sizes }));
  const [kept] = framesIn(frame(parts[0]!, AT * 1000, { host, marks }));
  expect(kept?.marks).toEqual(marks);
  const { take } = sampling(new Sampler(new Encoder([]), new Map([[host, kept!.marks!]])));
  const again = polled({ at: AT + 2, time: AT - 5, reads: reads(1), sizes });
  expect(toys(take(again))).toEqual([]);
  expect(toys(take(polled({ at: AT + 60, reads: reads(1), sizes })))).toEqual([
    'toy_reads_total{device="sda"} 60 1',
  ]);
});

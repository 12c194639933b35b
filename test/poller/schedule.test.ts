import fc from "fast-check";
import { expect, test } from "vitest";
import { offset, Schedule } from "../../poller/schedule.ts";
import type { Host } from "../../poller/targets/host.ts";
import { hostOf } from "./hosts.ts";

const START = 1_700_000_000_000;

const fleet = (count: number, intervals: readonly number[] = [60]): Host[] =>
  Array.from({ length: count }, (_, i) =>
    hostOf(6556, { name: `host${i}`, intervalSeconds: intervals[i % intervals.length] ?? 60 }),
  );

const names = (hosts: readonly Host[]): string[] => hosts.map(({ name }) => name).sort();

const instant = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });
const hosts = fc
  .tuple(
    fc.integer({ min: 0, max: 20 }),
    fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
  )
  .map(([count, intervals]) => fleet(count, intervals));

test("a host's offset is the same for ever", () => {
  expect(offset("web1")).toBeCloseTo(0.3969, 4);
  expect(offset("web2")).not.toBeCloseTo(offset("web1"), 2);
});

test("a fleet is spread evenly over its interval", () => {
  const schedule = new Schedule(fleet(6000));
  const perSecond = Array.from({ length: 60 }, (_, second) =>
    schedule.due(START + second * 1000, START + (second + 1) * 1000),
  );
  expect(perSecond.flat()).toHaveLength(6000);
  for (const due of perSecond) expect(Math.abs(due.length - 100)).toBeLessThan(60);
});

test("every host is due once in each of its intervals", () => {
  fc.assert(
    fc.property(hosts, instant, (members, from) => {
      for (const seconds of new Set(members.map((host) => host.intervalSeconds))) {
        const same = members.filter((host) => host.intervalSeconds === seconds);
        const due = new Schedule(same).due(from, from + seconds * 1000);
        expect(names(due)).toEqual(names(same));
      }
    }),
  );
});

test("what is due in a stretch of time is what is due in its parts", () => {
  fc.assert(
    fc.property(hosts, instant, fc.nat(999), fc.nat(999), (members, from, first, second) => {
      const schedule = new Schedule(members);
      const parts = [
        ...schedule.due(from, from + first),
        ...schedule.due(from + first, from + first + second),
      ];
      const whole = schedule.due(from, from + first + second);
      expect(names([...new Set(parts)])).toEqual(names(whole));
    }),
  );
});

test("the next turn is the first moment at which a host is due", () => {
  fc.assert(
    fc.property(hosts, instant, (members, after) => {
      const schedule = new Schedule(members);
      const next = schedule.next(after);
      if (members.length === 0) expect(next).toBe(Infinity);
      else {
        expect(next).toBeGreaterThan(after);
        expect(schedule.due(after, next - 1)).toEqual([]);
        expect(schedule.due(after, next)).not.toEqual([]);
      }
    }),
  );
});

test("however long nobody looked, each host is due once", () => {
  const members = fleet(50);
  const schedule = new Schedule(members);
  expect(names(schedule.due(1_700_000_000_000, 1_700_086_400_000))).toEqual(names(members));
});

test("a clock that was put back makes nobody due", () => {
  expect(new Schedule(fleet(50)).due(1_700_000_000_000, 1_699_999_000_000)).toEqual([]);
});

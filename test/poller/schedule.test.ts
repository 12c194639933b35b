import fc from "fast-check";
import { expect, test } from "vitest";
import { Schedule, share, turnOf } from "../../poller/schedule.ts";
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

test("a host's turn is the same for ever", () => {
  expect(share("web1")).toBeCloseTo(0.3969, 4);
  expect(share("web2")).not.toBeCloseTo(share("web1"), 2);
  expect(turnOf("web1", 60_000)).toBe(24_169);
});

const inSecond = (schedule: Schedule, second: number): readonly Host[] =>
  schedule.due(START + second * 1000 - 1, START + (second + 1) * 1000 - 1);

test("a fleet is spread evenly over its interval", () => {
  const schedule = new Schedule(fleet(6000));
  const perTick = Array.from({ length: 6 }, (_, n) =>
    schedule.due(START + n * 10_000, START + (n + 1) * 10_000),
  );
  expect(perTick.flat()).toHaveLength(6000);
  for (const due of perTick) expect(Math.abs(due.length - 1000)).toBeLessThan(150);
});

test("nobody is polled about when agents collect, and else as many at any time", () => {
  const schedule = new Schedule(fleet(7000));
  const counts = Array.from({ length: 10 }, (_, second) =>
    [0, 10, 20, 30, 40, 50].reduce((sum, at) => sum + inSecond(schedule, at + second).length, 0),
  );
  expect([counts[0], counts[9]]).toEqual([0, 0]);
  for (const second of [2, 3, 4, 5, 6, 7])
    expect(Math.abs((counts[second] ?? 0) - 1000)).toBeLessThan(150);
  for (const second of [1, 8]) expect(Math.abs((counts[second] ?? 0) - 500)).toBeLessThan(110);
});

test("turns of intervals in tens of seconds keep clear of the tens, and others are anywhere", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 360 }), (name, tens) => {
      const turn = turnOf(name, tens * 10_000);
      expect(turn % 10_000).toBeGreaterThanOrEqual(1500);
      expect(turn % 10_000).toBeLessThan(8500);
      expect(turn).toBeLessThan(tens * 10_000);
    }),
  );
  expect(turnOf("web1", 15_000)).toBe(Math.floor(share("web1") * 15_000));
  const near = fleet(200).filter(({ name }) => turnOf(name, 15_000) % 5000 < 1500);
  expect(near.length).toBeGreaterThan(20);
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

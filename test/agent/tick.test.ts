import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextTick, Ticker, tickInterval } from "../../agent/tick.ts";

describe("the next tick", () => {
  test("is a multiple of the interval, later than now and no later than an interval", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3600 }),
        fc.double({ min: 0, max: 4e9, noNaN: true }),
        (interval, now) => {
          const next = nextTick(now, interval, 0);
          expect(next % interval).toBe(0);
          expect(next).toBeGreaterThan(now);
          expect(next - now).toBeLessThanOrEqual(interval);
        },
      ),
    );
  });

  test("is not the one before when the timer was early", () => {
    expect(nextTick(1019.9996, 10, 1020)).toBe(1030);
  });
});

test("ten minutes without a poll make the tick a minute, but never quicker than it was", () => {
  expect([0, 599, 600, 86_400].map((unpolled) => tickInterval(10, unpolled))).toEqual([
    10, 10, 60, 60,
  ]);
  expect(tickInterval(300, 600)).toBe(300);
});

/** A clock whose one timer is let off by hand. */
function watch(intervalSeconds: number) {
  const state = { now: 1003, acted: [] as number[], due: 0, fire: (): void => undefined };
  const ticker = new Ticker({
    intervalSeconds,
    now: () => state.now,
    act: () => state.acted.push(state.now),
    wait: (milliseconds, act) => {
      state.due = Math.round(state.now + milliseconds / 1000);
      state.fire = act;
      return () => (state.fire = () => undefined);
    },
  });
  const elapse = (): void => {
    state.now = state.due;
    state.fire();
  };
  return { state, ticker, elapse };
}

test("it ticks at :00, :10, :20 while polled, each minute when nobody polls, and a poll brings it back", () => {
  const { state, ticker, elapse } = watch(10);
  ticker.start();
  elapse();
  elapse();
  expect(state.acted).toEqual([1010, 1020]);
  while (state.acted.length < 64) elapse();
  const idle = state.acted.slice(-2);
  expect(idle.map((at) => at % 60)).toEqual([0, 0]);
  expect(idle[1]! - idle[0]!).toBe(60);
  state.now += 15;
  ticker.polled();
  elapse();
  expect(state.acted.at(-1)! - idle[1]!).toBe(20);
  elapse();
  expect(state.acted.at(-1)! - idle[1]!).toBe(30);
});

test("after it was stopped nothing happens", () => {
  const { state, ticker, elapse } = watch(10);
  ticker.start();
  ticker.stop();
  elapse();
  expect(state.acted).toEqual([]);
});

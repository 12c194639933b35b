import { describe, expect, test } from "vitest";
import { Rhythm } from "../../agent/rhythm.ts";

const START = 1_763_665_200;

/** The ticks of ten seconds that expect a poll, of the minute after `since`, while polls come at these times. */
function expected(polls: readonly number[], since = 250): readonly number[] {
  const rhythm = new Rhythm();
  const coming = [...polls];
  return [0, 10, 20, 30, 40, 50].filter((tick) => {
    const now = START + since + tick;
    while (coming[0] !== undefined && START + coming[0] <= now)
      rhythm.polled(START + coming.shift()!);
    return rhythm.expects(now, now + 10);
  });
}
const all = [0, 10, 20, 30, 40, 50];
const every = (seconds: number, count: number, offset = 5): number[] =>
  Array.from({ length: count }, (_, i) => offset + i * seconds);

describe("a poll is expected", () => {
  test("at any time before a rhythm is known", () => {
    expect(expected([])).toEqual(all);
    expect(expected(every(60, 2), 70)).toEqual(all);
  });

  test("a minute after the last where one came each minute", () => {
    expect(expected(every(60, 5))).toEqual([50]);
  });

  test("on the tick before too where it may come early", () => {
    expect(expected(every(60, 5, 9))).toEqual([50]);
    expect(expected(every(60, 5, 11))).toEqual([0, 50]);
  });

  test("of each of two pollers that come each minute", () => {
    const polls = [...every(60, 6, 5), ...every(60, 6, 35)].sort((a, b) => a - b);
    expect(expected(polls)).toEqual([20, 50]);
  });

  test("though it comes a second early or late", () => {
    expect(expected([5, 66, 124, 185, 245])).toEqual([50]);
  });

  test("at any time after one that nobody expected", () => {
    expect(expected([...every(60, 5), 250])).toEqual(all);
  });

  test("at any time after one that did not come", () => {
    const rhythm = new Rhythm();
    for (const poll of every(60, 5)) rhythm.polled(START + poll);
    expect(rhythm.expects(START + 280, START + 290)).toBe(false);
    expect(rhythm.expects(START + 310, START + 320)).toBe(true);
    expect(rhythm.expects(START + 330, START + 340)).toBe(true);
  });

  test("at any time where they come without a rhythm, or too often for one", () => {
    expect(expected([5, 40, 110, 150, 240, 275])).toEqual(all);
    expect(expected(every(1, 310))).toEqual(all);
  });

  test("at any time after the clock was set back", () => {
    expect(expected([...every(60, 5), 10])).toEqual(all);
  });
});

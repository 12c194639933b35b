import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Complaints } from "../../agent/complaints.ts";

let told: string[];
let complaints: Complaints;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  told = [];
  complaints = new Complaints((line) => told.push(line));
});
afterEach(() => void vi.useRealTimers());

test("each thing is told once a minute", () => {
  for (let second = 0; second < 150; second++) {
    complaints.about("one");
    if (second === 30) complaints.about("another");
    vi.advanceTimersByTime(1000);
  }
  expect(told).toEqual(["one", "another", "one", "one"]);
});

test("not more than a thousand things a minute, so that nobody floods the log or the memory", () => {
  for (let i = 0; i < 5000; i++) complaints.about(`refused 10.0.${i >> 8}.${i & 255}`);
  expect(told.length).toBe(1000);
  vi.advanceTimersByTime(60_000);
  complaints.about("still here");
  expect(told.at(-1)).toBe("still here");
});

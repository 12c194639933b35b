import { expect, test } from "vitest";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import {
  damage,
  flow,
  knownInterface,
  remembered,
  speedOf,
} from "../../../poller/readings/traffic.ts";

test("what is remembered of an interface is known again, and what never was is not", () => {
  expect(knownInterface(remembered("up", 125e6))).toEqual({ wasUp: true, speed: 125e6 });
  expect(knownInterface(remembered("down", undefined))).toEqual({ wasUp: false, speed: undefined });
  expect(knownInterface()).toEqual({ wasUp: false, speed: undefined });
});

test("another speed than before is a warning", () => {
  expect(speedOf(125e6, 125e6)).toEqual([{ text: "Speed: 1 GBit/s" }]);
  expect(speedOf(12.5e6, 125e6)).toEqual([
    { state: WARN, text: "Speed: 100 MBit/s, was 1 GBit/s" },
  ]);
  expect(speedOf(undefined, 125e6)).toEqual([]);
});

test("traffic is told with its share of the speed, where that is known", () => {
  expect(flow("In", "in", 62.5e6, 125e6)[0]?.text).toBe("In: 59.6 MiB/s (50%)");
  expect(flow("In", "in", 1024, undefined)[0]?.text).toBe("In: 1 KiB/s");
});

test.each([
  [0, 0, OK],
  [1, 999, WARN],
  [1, 99, CRIT],
])("%d damaged packets beside %d good ones", (value, packets, state) => {
  const errors = { warn: 0.001, crit: 0.01 };
  expect(damage("Errors in", "inerr", value, { packets, errors })).toMatchObject([{ state }]);
});

import { expect, test } from "vitest";
import {
  bytes,
  bytesPerSecond,
  duration,
  number,
  percent,
  plural,
} from "../../../poller/judge/format.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "0.98 KiB"],
  [1536, "1.5 KiB"],
  [104.3 * 2 ** 30, "104 GiB"],
  [4.25 * 2 ** 20, "4.25 MiB"],
  [42.57 * 2 ** 20, "42.6 MiB"],
  [-2048, "-2 KiB"],
  [2 ** 70, "1024 EiB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

test("a throughput is bytes per second", () => {
  expect(bytesPerSecond(1536)).toBe("1.5 KiB/s");
});

test.each([
  [0.757876, "75.79%"],
  [0.8, "80%"],
  [1.5, "150%"],
  [0.00004, "0%"],
])("a ratio of %d is %s", (value, text) => {
  expect(percent(value)).toBe(text);
});

test.each([
  [0, "0 ms"],
  [0.02, "20 ms"],
  [0.0005, "0.5 ms"],
  [1, "1 second"],
  [1.5, "1.5 seconds"],
  [60, "1 minute"],
  [1533.9, "25 minutes 33 seconds"],
  [3600, "1 hour"],
  [3605, "1 hour"],
  [277_200, "3 days 5 hours"],
  [-90, "-1 minute 30 seconds"],
  [-0.25, "-250 ms"],
  [-0.0000001, "0 ms"],
])("%d seconds are %s", (value, text) => {
  expect(duration(value)).toBe(text);
});

test.each([
  [0, "0"],
  [2.5, "2.5"],
  [0.333333, "0.33"],
  [1_000_000, "1000000"],
  [-1.5, "-1.5"],
  [-0.001, "0"],
])("%d is written %s", (value, text) => {
  expect(number(value)).toBe(text);
});

test("one of a thing is not many", () => {
  expect([0, 1, 2].map((count) => plural(count, "disk"))).toEqual(["0 disks", "1 disk", "2 disks"]);
});

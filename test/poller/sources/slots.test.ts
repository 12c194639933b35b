import { expect, test, vi } from "vitest";
import { type Holder, Slots } from "../../../poller/sources/slots.ts";

/** One that writes down when it is granted a slot, and when it is asked to yield. */
function holder(name: string, log: string[]): Holder {
  return {
    parkedBytes: 0,
    granted: () => void log.push(name),
    yield: () => void log.push(`${name} may yield`),
  };
}

test("slots are granted at once while there are some, then in order as they are released", async () => {
  const log: string[] = [];
  const slots = new Slots(2);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => holder(name, log));
  for (const one of [a!, b!, c!, d!]) slots.ask(one);
  expect(log).toEqual(["a", "b"]);
  expect([slots.free, slots.busy, slots.waiting]).toEqual([false, 2, 2]);
  slots.release(b!);
  slots.release(a!);
  await vi.waitFor(() => expect(log).toEqual(["a", "b", "c", "d"]), 5000);
  slots.release(c!);
  slots.release(d!);
  expect([slots.free, slots.busy, slots.waiting]).toEqual([true, 0, 0]);
});

test("whoever no longer wants a slot is passed over, even at the last moment", async () => {
  const log: string[] = [];
  const slots = new Slots(1);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => holder(name, log));
  for (const one of [a!, b!, c!, d!]) slots.ask(one);
  slots.release(b!);
  slots.release(a!);
  slots.release(c!);
  await vi.waitFor(() => expect(log).toEqual(["a", "d"]), 5000);
  slots.release(d!);
  expect(slots.busy).toBe(0);
});

test("whoever has a slot is asked to yield while others wait", async () => {
  const log: string[] = [];
  const slots = new Slots(1);
  const [a, b] = ["a", "b"].map((name) => holder(name, log));
  slots.ask(a!);
  slots.ask(b!);
  await vi.waitFor(() => expect(log).toContain("a may yield"), 5000);
  slots.release(a!);
  await vi.waitFor(() => expect(log).toContain("b"), 5000);
  slots.release(b!);
});

test("so much may be parked and no more", () => {
  const slots = new Slots(1);
  expect(slots.park(64 * 1024 * 1024)).toBe(true);
  expect(slots.park(1)).toBe(false);
  slots.unpark(64 * 1024 * 1024);
  expect(slots.park(1)).toBe(true);
});

test("one may be parked instead of another though there is no more room, and become longer", () => {
  const slots = new Slots(1);
  const [first, next] = [holder("a", []), { ...holder("b", []), parkedBytes: 1024 * 1024 }];
  slots.ask(first);
  expect(slots.parkedByNext).toBe(0);
  slots.ask(next);
  expect(slots.park(64 * 1024 * 1024)).toBe(true);
  expect(slots.park(1024 * 1024 + 1)).toBe(false);
  expect(slots.park(1024 * 1024 + 1, slots.parkedByNext)).toBe(true);
  slots.unpark(1024 * 1024);
  expect(slots.park(17 * 1024 * 1024, 1024 * 1024)).toBe(false);
  expect(slots.park(1)).toBe(false);
  slots.release(next);
  slots.release(first);
});

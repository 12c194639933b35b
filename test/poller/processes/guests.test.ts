import { expect, test } from "vitest";
import { Guests } from "../../../poller/processes/guests.ts";
import type { Snapshot } from "../../../poller/snapshots.ts";
import { hostOf } from "../hosts.ts";
import { snapshotOf } from "../means.ts";

const guest = (at: number, own: Partial<Snapshot> = {}): Snapshot =>
  snapshotOf({ host: hostOf(1, { name: "vm1", guestOf: "a", intervalSeconds: 60 }), at, ...own });

test("who tells first goes on, and others are told so once", () => {
  const guests = new Guests();
  expect(guests.accept(guest(100), 2)).toBe(true);
  expect(guests.changes()).toEqual([["vm1", 2]]);
  expect(guests.accept(guest(101), 1)).toBe(false);
  expect(guests.accept(guest(160), 2)).toBe(true);
  expect(guests.changes()).toEqual([]);
  expect(guests.tellerOf("vm1")).toBe(2);
  expect([guests.withoutThoseOf(1), guests.withoutThoseOf(2)]).toEqual([["vm1"], []]);
});

test("another one tells once the first has fallen silent", () => {
  const guests = new Guests();
  guests.accept(guest(100), 2);
  expect(guests.accept(guest(191, { up: false }), 2)).toBe(true);
  expect(guests.changes()).toEqual([["vm1", undefined]]);
  expect(guests.accept(guest(192, { up: false }), 1)).toBe(false);
  expect(guests.accept(guest(192), 1)).toBe(true);
  expect(guests.changes()).toEqual([["vm1", 1]]);
  expect(guests.accept(guest(193), 2)).toBe(false);
});

test("another one tells once the first has not told for one and a half intervals", () => {
  const guests = new Guests();
  guests.accept(guest(100), 2);
  guests.changes();
  expect(guests.expire(189)).toEqual([]);
  expect(guests.changes()).toEqual([]);
  expect(guests.expire(191)).toEqual([]);
  expect(guests.changes()).toEqual([["vm1", undefined]]);
  expect(guests.accept(guest(190), 1)).toBe(false);
  expect(guests.accept(guest(191), 1)).toBe(true);
});

test("a guest of a process that died is given up when nobody else tells of it", () => {
  const guests = new Guests();
  guests.accept(guest(100), 2);
  expect(guests.expire(206)).toEqual(["vm1"]);
  expect(guests.expire(207)).toEqual([]);
  expect(guests.tellerOf("vm1")).toBeUndefined();
  guests.accept(guest(300), 2);
  guests.accept(guest(391, { up: false }), 2);
  expect(guests.expire(1000)).toEqual([]);
});

test("nobody waits for a clock that was put back", () => {
  const guests = new Guests();
  guests.accept(guest(100_000), 2);
  guests.changes();
  expect(guests.accept(guest(99_950), 1)).toBe(false);
  expect(guests.expire(99_950)).toEqual([]);
  expect(guests.changes()).toEqual([]);
  expect(guests.expire(99_900)).toEqual([]);
  expect(guests.changes()).toEqual([["vm1", undefined]]);
  expect(guests.accept(guest(99_900), 1)).toBe(true);
  expect(guests.expire(90_000)).toEqual(["vm1"]);
  expect(guests.tellerOf("vm1")).toBeUndefined();
});

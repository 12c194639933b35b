import { expect, test } from "vitest";
import { History, MAX_POLLS } from "../../poller/history.ts";
import { Snapshots } from "../../poller/snapshots.ts";
import { REASONS } from "../../poller/sources/source.ts";
import { hostOf } from "./hosts.ts";
import { outcomeOf, snapshotOf } from "./means.ts";

const phases = {
  ...{ wait: 0, dns: 0.002, connect: 0.000123, tls: 0.01, firstByte: 0.25, read: 1.234567 },
  ...{ parse: 0.00004, judge: 0.001, render: 0.0005 },
};

test("a poll is remembered as it was, to the microsecond", () => {
  const history = new History();
  const plain = { connect: 0.000123, firstByte: 0.25, wait: 0, read: 12 };
  const polls = [
    { at: 1_700_000_000.123, seconds: 0.1, bytes: 0, phases },
    { at: 1_700_000_060.5, seconds: 12.25, bytes: 16_777_216, phases: plain },
    { at: 1_700_000_120, seconds: 0, reason: "timeout" as const },
  ];
  for (const one of polls) history.note("web1", one);
  const [third, second, first] = history.of("web1");
  expect(third).toEqual({ at: 1_700_000_120, seconds: 0, reason: "timeout" });
  expect(second).toEqual(polls[1]);
  expect(first).toMatchObject({ at: 1_700_000_000.123, seconds: 0.1, bytes: 0 });

  expect(first?.phases).toEqual(phases);
});

test("every reason comes out as it went in", () => {
  const history = new History();
  for (const reason of REASONS) history.note(reason, { at: 1, seconds: 1, reason });
  expect(REASONS.map((reason) => history.of(reason)[0]?.reason)).toEqual(REASONS);
});

test("of each host the last polls are kept, the latest first, and no more", () => {
  const history = new History();
  for (let at = 1; at <= 3 * MAX_POLLS + 7; at++) history.note("web1", { at, seconds: 1 });
  history.note("web2", { at: 5, seconds: 1 });
  const times = history.of("web1").map(({ at }) => at);
  expect(times).toEqual(Array.from({ length: MAX_POLLS }, (_, back) => 3 * MAX_POLLS + 7 - back));
  expect(history.of("web2")).toHaveLength(1);
  history.forget("web1");
  expect(history.of("web1")).toEqual([]);
});

test("twenty polls of five thousand hosts are kept in a few megabytes", () => {
  const history = new History();
  const before = process.memoryUsage();
  for (let host = 0; host < 5000; host++)
    for (let at = 0; at < MAX_POLLS; at++)
      history.note(`host${host}`, { at, seconds: 1, bytes: 5, phases });
  const { arrayBuffers } = process.memoryUsage();
  expect(arrayBuffers - before.arrayBuffers).toBeLessThan(6e6);
});

test("snapshots leave their polls behind until their host is forgotten", () => {
  const snapshots = new Snapshots();
  const host = hostOf(1);
  snapshots.set(snapshotOf({ host, at: 10, outcome: outcomeOf({ bytes: 77 }) }));
  const failure = { reason: "refused" as const, message: "" };
  snapshots.set(snapshotOf({ host, at: 20, up: false, failure, outcome: outcomeOf() }));
  expect(snapshots.polls("web1")).toEqual([
    { at: 20, seconds: 1, reason: "refused" },
    { at: 10, seconds: 1, bytes: 77 },
  ]);
  snapshots.delete("web1");
  expect(snapshots.polls("web1")).toEqual([]);
});

import { pino } from "pino";
import { describe, expect, test, vi } from "vitest";
import { Notices, type NoticesOptions } from "../../poller/notices.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import type { Reason } from "../../poller/sources/source.ts";
import { hostOf } from "./hosts.ts";
import { snapshotOf } from "./means.ts";

/** Notices, and the lines that they write. */
function noticed(options?: NoticesOptions) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    const { level, time, ...facts } = JSON.parse(line) as Record<string, unknown>;
    expect(time).toBeDefined();
    lines.push({ warns: level === 40, ...facts });
  };
  return { notices: new Notices(pino({ base: null }, { write }), options), lines };
}

const up = (name: string): Snapshot => snapshotOf({ host: hostOf(1, { name }), up: true });

const down = (name: string, reason: Reason = "timeout"): Snapshot =>
  snapshotOf({
    ...{ host: hostOf(1, { name }), up: false },
    failure: { reason, message: `${name} is silent` },
  });

test("a host that goes down and one that comes back are told of, and none that stays as it was", () => {
  const { notices, lines } = noticed();
  notices.polled(up("a"), undefined);
  notices.polled(down("a"), up("a"));
  notices.polled(down("a"), down("a"));
  notices.polled(up("a"), down("a"));
  notices.polled(down("b", "refused"), undefined);
  notices.stop();
  expect(lines).toEqual([
    { warns: true, host: "a", reason: "timeout", msg: "a is silent" },
    { warns: false, host: "a", msg: "host is back" },
    { warns: true, host: "b", reason: "refused", msg: "b is silent" },
  ]);
});

test("of hosts that others speak for nothing is told", () => {
  const { notices, lines } = noticed();
  notices.polled({ ...down("vm"), host: hostOf(1, { name: "vm", guestOf: "a" }) }, up("vm"));
  notices.stop();
  expect(lines).toEqual([]);
});

describe("a fleet that dies", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `host${index}`);

  test("is told of in twenty lines and one, with reasons and some names", () => {
    const { notices, lines } = noticed();
    for (const [index, name] of names.entries())
      notices.polled(down(name, index % 10 === 0 ? "refused" : "timeout"), up(name));
    for (const name of names.slice(0, 3)) notices.polled(up(name), down(name));
    notices.stop();
    expect(lines.slice(0, 20).map(({ host }) => host)).toEqual(names.slice(0, 20));
    expect(lines.slice(20)).toEqual([
      {
        warns: true,
        hosts: {
          timeout: ["host21", "host22", "host23", "host24", "host25"],
          refused: ["host20", "host30", "host40", "host50", "host60"],
        },
        msg: "980 more hosts are down: 882 timeout, 98 refused",
      },
      { warns: false, hosts: ["host0", "host1", "host2"], msg: "3 more hosts are back" },
    ]);
  });

  test("is summed up by itself, and told of singly again afterwards", async () => {
    const { notices, lines } = noticed({ windowSeconds: 0.1 });
    for (const name of names) notices.polled(down(name), up(name));
    expect(lines).toHaveLength(20);
    await vi.waitFor(() => expect(lines).toHaveLength(21), 10_000);
    notices.polled(up("host0"), down("host0"));
    expect(lines[21]).toMatchObject({ host: "host0", msg: "host is back" });
    notices.stop();
    expect(lines).toHaveLength(22);
  });
});

import { describe, expect, test } from "vitest";
import { Flights } from "../../poller/flights.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import { hostOf } from "./hosts.ts";
import { snapshotOf } from "./means.ts";

interface Begun {
  readonly signal: AbortSignal;
  end(): void;
}

/** Flights whose polls end when they are told to, or a moment after they were stopped. */
function flying() {
  const begun: Begun[] = [];
  const flights = new Flights(
    (host, signal) =>
      new Promise<Snapshot>((resolve, reject) => {
        signal.addEventListener("abort", () => {
          setTimeout(() => reject(new Error("stopped")), 20);
        });
        begun.push({ signal, end: () => resolve(snapshotOf({ host })) });
      }),
  );
  return { flights, begun };
}

const never = new AbortController().signal;
const web1 = hostOf(1);

describe("polls of one host", () => {
  test("are one while it is under way, and another one after it", async () => {
    const { flights, begun } = flying();
    const both = [flights.poll(web1, never), flights.poll({ ...web1 }, never)];
    expect(begun).toHaveLength(1);
    begun[0]!.end();
    const [first, second] = await Promise.all(both);
    expect(first).toBe(second);
    const third = flights.poll(web1, never);
    expect(begun).toHaveLength(2);
    begun[1]!.end();
    expect((await third).host.name).toBe("web1");
  });

  test("go on for as long as somebody waits, and no longer", async () => {
    const { flights, begun } = flying();
    const [one, two] = [new AbortController(), new AbortController()];
    const waits = [flights.poll(web1, one.signal), flights.poll(web1, two.signal)];
    one.abort(new Error("gone"));
    await expect(waits[0]).rejects.toThrow("gone");
    expect(begun[0]!.signal.aborted).toBe(false);
    two.abort(new Error("gone too"));
    await expect(waits[1]).rejects.toThrow("gone too");
    expect(begun[0]!.signal.aborted).toBe(true);
  });

  test("do not begin before one that was stopped has ended", async () => {
    const { flights, begun } = flying();
    const one = new AbortController();
    const first = flights.poll(web1, one.signal);
    one.abort(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    const second = flights.poll(web1, never);
    await Promise.resolve();
    expect(begun).toHaveLength(1);
    await expect.poll(() => begun.length).toBe(2);
    begun[1]!.end();
    expect((await second).up).toBe(true);
  });

  test("are not begun for somebody who has left already", async () => {
    const { flights, begun } = flying();
    await expect(flights.poll(web1, AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
    expect(begun).toEqual([]);
  });
});

test("polls of other hosts are their own", () => {
  const { flights, begun } = flying();
  void flights.poll(web1, never);
  void flights.poll(hostOf(1, { name: "web2" }), never);
  expect(begun).toHaveLength(2);
  for (const one of begun) one.end();
});

test("stopping ends what is going on, waits for it, and starts nothing more", async () => {
  const { flights, begun } = flying();
  const wait = flights.poll(web1, never);
  const ended = expect(wait).rejects.toThrow("stopped");
  await flights.stop();
  await ended;
  await expect(flights.poll(web1, never)).rejects.toThrow();
  expect(begun).toHaveLength(1);
});

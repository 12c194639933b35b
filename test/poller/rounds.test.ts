import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { Rounds, type Clock, type Poll } from "../../poller/rounds.ts";
import { turnOf } from "../../poller/schedule.ts";
import type { Host } from "../../poller/targets/host.ts";
import { hostOf } from "./hosts.ts";

const START = 1_700_000_000_000;

/** A clock that stands until it is moved; one timer at most may be set. */
class HandClock implements Clock {
  #now = START;
  #timer: { at: number; wake: () => void } | undefined;
  wakes = 0;

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, wake: () => void): () => void {
    expect(this.#timer).toBeUndefined();
    this.#timer = { at: this.#now + milliseconds, wake };
    return () => (this.#timer = undefined);
  }

  get running(): boolean {
    return this.#timer !== undefined;
  }

  /** Lets time pass as it does. */
  async pass(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    while (this.#timer && this.#timer.at <= end) {
      this.#now = Math.max(this.#now, this.#timer.at);
      await this.#wake();
    }
    this.#now = end;
  }

  /** Sets the clock; the timer runs on as it was set. */
  async jump(seconds: number): Promise<void> {
    this.#now += seconds * 1000;
    await this.#wake();
  }

  async #wake(): Promise<void> {
    const wake = this.#timer?.wake;
    this.#timer = undefined;
    this.wakes++;
    wake?.();
    await settled();
  }
}

/** Until polls that are due have begun and those without work have ended. */
async function settled(): Promise<void> {
  for (let i = 0; i < 8; i++) await turn();
}

const fleet = (count: number): Host[] =>
  Array.from({ length: count }, (_, i) => hostOf(6556, { name: `host${i}` }));

function started(hosts: readonly Host[], poll: Poll) {
  const clock = new HandClock();
  const defects: unknown[] = [];
  const rounds = new Rounds(hosts, poll, { clock, onDefect: (_, error) => defects.push(error) });
  rounds.start();
  onTestFinished(() => rounds.stop());
  return { clock, rounds, defects };
}

test("every host is polled at the start and from then on once an interval", async () => {
  const polls: string[] = [];
  const { clock } = started(fleet(100), ({ name }) => Promise.resolve(void polls.push(name)));
  await settled();
  expect(new Set(polls).size).toBe(100);
  polls.length = 0;
  await clock.pass(180);
  expect(polls).toHaveLength(300);
  expect(polls.slice(0, 100)).toEqual(polls.slice(100, 200));
});

test("a large fleet begins in slices that leave the event loop free", async () => {
  let polls = 0;
  started(fleet(5000), () => {
    polls++;
    return Promise.resolve();
  });
  await turn();
  await turn();
  expect(polls).toBeGreaterThan(0);
  expect(polls).toBeLessThan(5000);
  await vi.waitFor(() => expect(polls).toBe(5000), 5000);
});

test("a host is never polled twice at a time; turns it misses are counted", async () => {
  const ends: (() => void)[] = [];
  const { clock, rounds } = started(fleet(1), () => new Promise<void>((end) => ends.push(end)));
  await settled();
  await clock.pass(180);
  expect(ends).toHaveLength(1);
  expect(rounds.skipped).toBe(3);
  ends[0]?.();
  await clock.pass(60);
  expect(ends).toHaveLength(2);
  for (const end of ends) end();
});

test("a slow host does not delay the others", async () => {
  const polls: string[] = [];
  const { clock } = started(fleet(50), ({ name }, signal) => {
    polls.push(name);
    if (name !== "host7") return Promise.resolve();
    return new Promise<void>((end) => signal.addEventListener("abort", () => end()));
  });
  await settled();
  await clock.pass(120);
  expect(polls).toHaveLength(50 + 2 * 49);
});

test("a clock that is put forward costs each host one poll at most", async () => {
  let polls = 0;
  const { clock } = started(fleet(100), () => {
    polls++;
    return Promise.resolve();
  });
  await settled();
  polls = 0;
  await clock.jump(86_400);
  expect(polls).toBe(100);
  await clock.pass(60);
  expect(polls).toBe(200);
});

test("a clock that is put back costs none, and the turns go on", async () => {
  let polls = 0;
  const { clock } = started(fleet(100), () => {
    polls++;
    return Promise.resolve();
  });
  await settled();
  polls = 0;
  await clock.jump(-86_400);
  expect(polls).toBe(0);
  await clock.pass(60);
  expect(polls).toBe(100);
});

test("it sleeps between turns", async () => {
  const { clock } = started(fleet(1), () => Promise.resolve());
  await clock.pass(3600);
  expect(clock.wakes).toBeLessThan(3600 / 4);
});

test("a poll that breaks is told and breaks nothing else", async () => {
  let polls = 0;
  const { clock, defects } = started(fleet(3), ({ name }) => {
    polls++;
    return name === "host1" ? Promise.reject(new Error("defect")) : Promise.resolve();
  });
  await clock.pass(60);
  expect(polls).toBe(6);
  expect(defects).toEqual([new Error("defect"), new Error("defect")]);
});

test("stopping ends what goes on and begins nothing more", async () => {
  let ended = 0;
  let polls = 0;
  const { clock, rounds, defects } = started(fleet(40), (_, signal) => {
    polls++;
    return new Promise((__, reject) =>
      signal.addEventListener("abort", () => {
        ended++;
        reject(new Error("stopped"));
      }),
    );
  });
  await settled();
  await rounds.stop();
  expect(polls).toBe(40);
  expect(ended).toBe(40);
  expect(defects).toEqual([]);
  expect(clock.running).toBe(false);
  await settled();
  expect(polls).toBe(40);
});

test("who comes is polled at once, who goes not even to the end, who stays at his turns", async () => {
  const polls: string[] = [];
  const stopped: string[] = [];
  const [stays, goes, comes] = fleet(3);
  if (!stays || !goes || !comes) throw new Error("a fleet of three");
  const { clock, rounds } = started([stays, goes], ({ name }, signal) => {
    polls.push(name);
    if (name !== goes.name) return Promise.resolve();
    return new Promise<void>((end) => {
      signal.addEventListener("abort", () => {
        stopped.push(name);
        end();
      });
    });
  });
  await settled();
  rounds.update([stays, comes]);
  await settled();
  expect(polls).toEqual([stays.name, goes.name, comes.name]);
  expect(stopped).toEqual([goes.name]);
  await clock.pass(60);
  expect(polls.slice(3).sort()).toEqual([stays.name, comes.name].sort());
});

test("who comes has no turn that was before", async () => {
  const polls: string[] = [];
  const [stays, comes] = fleet(2);
  if (!stays || !comes) throw new Error("a fleet of two");
  const { clock, rounds } = started([stays], ({ name }) => Promise.resolve(void polls.push(name)));
  const turn = turnOf(comes.name, 60_000);
  await clock.pass((turn + 50 - (START % 60_000) + 60_000) / 1000);
  polls.length = 0;
  rounds.update([stays, comes]);
  await settled();
  await clock.pass(2);
  expect(polls.filter((name) => name === comes.name)).toHaveLength(1);
});

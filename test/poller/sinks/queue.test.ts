import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Part } from "../../../poller/sinks/encoder.ts";
import { Queue, type QueueLimits } from "../../../poller/sinks/queue.ts";
import { NEVER } from "../../../poller/sinks/times.ts";
import { temporaryFolder } from "../../programs.ts";

const LIMITS: QueueLimits = { maxBytes: 2 ** 30, maxAgeSeconds: 3600 };

function queueIn(folder = temporaryFolder(), limits: Partial<QueueLimits> = {}) {
  const queue = new Queue(folder, { ...LIMITS, ...limits });
  onTestFinished(() => queue.close());
  const marks = new Map(queue.marks);
  /** Adds a poll of so many bytes whose one sample is its number. */
  const add = (n: number, bytes = 10): void => {
    const part: Part = { samples: 1, size: n, elements: Buffer.alloc(bytes, n) };
    const own = { ...NEVER, poll: Date.now() };
    marks.set(`host${n}`, own);
    queue.append({ host: `host${n}`, parts: [part], marks: own }, marks);
  };
  /** The numbers of all that is to be sent; it is done with what it gave. */
  const drain = async (): Promise<number[]> => {
    const found: number[] = [];
    for (let batch = await queue.peek(); batch; batch = await queue.peek()) {
      found.push(...batch.frames.map(({ size }) => size));
      queue.done(batch.frames);
    }
    return found;
  };
  return { queue, folder, add, drain };
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe("a queue", () => {
  test("gives what was put into it in order, and then nothing is left on disk", async () => {
    const { queue, folder, add, drain } = queueIn();
    for (const n of upTo(100)) add(n, 200_000);
    expect(readdirSync(folder).length).toBeGreaterThan(3);
    expect(await drain()).toEqual(upTo(100));
    expect(queue.pendingBytes).toBe(0);
    expect(await queue.peek()).toBeUndefined();
    expect(bytesIn(folder)).toBeLessThan(8 * 2 ** 20 + 1000);
  });

  test("goes on, when it is opened again, behind what was done with", async () => {
    const { queue, folder, add } = queueIn();
    for (const n of upTo(40)) add(n, 300_000);
    const first = await queue.peek();
    const count = first?.frames.length ?? 0;
    expect(first?.isFull).toBe(true);
    queue.done(first!.frames);
    const again = queueIn(folder);
    expect(again.queue.pendingBytes).toBe(queue.pendingBytes);
    expect(again.queue.oldest).toBeGreaterThan(Date.now() - 60_000);
    expect([...again.queue.marks.keys()].sort()).toEqual(
      upTo(40)
        .map((n) => `host${n}`)
        .sort(),
    );
    again.add(41);
    expect(await again.drain()).toEqual(upTo(41).slice(count));
    expect(await queueIn(folder).drain()).toEqual([]);
  });

  test("has a bound: the oldest is dropped and counted, and what is done twice counts once", async () => {
    const { queue, folder, add, drain } = queueIn(undefined, { maxBytes: 16 * 2 ** 20 });
    add(1, 300_000);
    const first = await queue.peek();
    for (const n of upTo(199)) add(n + 1, 300_000);
    expect(bytesIn(folder)).toBeLessThanOrEqual(16 * 2 ** 20);
    queue.done(first!.frames);
    const { full } = queue.dropped;
    expect(full).toBeGreaterThan(140);
    expect(await drain()).toEqual(upTo(200).slice(full));
  });

  test("drops what waited for too long, though nobody asks", async () => {
    const { queue, add, drain } = queueIn(undefined, { maxBytes: 16 * 2 ** 20 });
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    for (const n of upTo(20)) add(n, 300_000);
    const before = await queue.peek();
    vi.setSystemTime(Date.now() + 3_500_000);
    add(21);
    expect(queue.has(before!.frames)).toBe(true);
    vi.setSystemTime(Date.now() + 200_000);
    expect(queue.has(before!.frames)).toBe(false);
    expect(await drain()).toEqual([21]);
    expect(queue.dropped).toEqual({ full: 0, expired: 20, disk: 0 });
  });

  test("passes over a file that somebody spoiled or took away, and counts what it held", async () => {
    const { queue, folder, add, drain } = queueIn(undefined, { maxBytes: 16 * 2 ** 20 });
    for (const n of upTo(45)) add(n, 300_000);
    const segments = readdirSync(folder).filter((name) => name.endsWith(".segment"));
    const perFile = 14;
    writeFileSync(join(folder, segments[0]!), Buffer.alloc(5_000_000, 7));
    rmSync(join(folder, segments[1]!));
    mkdirSync(join(folder, segments[1]!));
    expect(await drain().catch(String)).toEqual(upTo(45).slice(2 * perFile));
    expect(queue.dropped.disk).toBe(2 * perFile);
  });
});

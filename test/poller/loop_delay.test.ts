import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { LoopDelay } from "../../poller/loop_delay.ts";

function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test.each([
  ["at once", 0],
  ["later", 200],
])("work that holds the event loop %s after a reading is seen once", async (_, pause) => {
  const loop = new LoopDelay();
  await sleep(100);
  loop.take();
  if (pause > 0) await sleep(pause);
  busy(700);
  await sleep(100);
  expect(loop.take().max).toBeGreaterThan(0.5);
  await vi.waitFor(async () => {
    loop.take();
    await sleep(100);
    expect(loop.take().max).toBeLessThan(0.5);
  }, 20_000);
});

test("an event loop that nobody holds is mostly in time", async () => {
  const loop = new LoopDelay();
  await vi.waitFor(async () => {
    loop.take();
    await sleep(500);
    const { p50, p99, max } = loop.take();
    expect(p50).toBeLessThan(0.1);
    expect(p99).toBeGreaterThanOrEqual(p50);
    expect(max).toBeGreaterThanOrEqual(p99);
  }, 20_000);
});

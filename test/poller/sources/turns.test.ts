import { connect, createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Turns } from "../../../poller/sources/turns.ts";

function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test("pieces of work begin in the order in which they came", async () => {
  const turns = new Turns();
  const done: number[] = [];
  const all = [1, 2, 3].map((piece) => turns.take(() => done.push(piece)));
  expect(done).toEqual([]);
  expect(await Promise.all(all)).toEqual([1, 2, 3]);
  expect(done).toEqual([1, 2, 3]);
});

test("others are heard between them", async () => {
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void client.destroy());
  const turns = new Turns();
  let pieces = 0;
  const all = Array.from({ length: 50 }, () =>
    turns.take(() => {
      busy(10);
      pieces++;
    }),
  );
  client.write("anybody there?");
  await new Promise((heard) => client.once("data", heard));
  expect(pieces).toBeLessThan(50);
  await Promise.all(all);
});

test("work is told how long it waited, and its failure is its own", async () => {
  const turns = new Turns();
  const slow = turns.take(() => busy(50));
  const failed = turns.take(() => {
    throw new Error("broken");
  });
  const last = turns.take((waited) => waited);
  await slow;
  await expect(failed).rejects.toThrow("broken");
  expect(await last).toBeGreaterThan(0.04);
});

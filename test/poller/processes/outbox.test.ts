import { expect, test } from "vitest";
import { Outbox } from "../../../poller/processes/outbox.ts";
import type { Report } from "../../../poller/processes/protocol.ts";
import { hostOf } from "../hosts.ts";
import { snapshotOf } from "../means.ts";

/** An outbox whose reports go when the test says so. */
function outbox() {
  const sent: (readonly Report[])[] = [];
  let gone: () => void = () => undefined;
  const box = new Outbox((reports, done) => {
    sent.push(reports);
    gone = done;
  });
  const told = (): unknown[][] =>
    sent.map((reports) =>
      reports.map((one) =>
        one.kind === "snapshot"
          ? [one.snapshot.name, one.snapshot.facts.at, one.snapshot.isWhole]
          : one.kind,
      ),
    );
  return { box, told, gone: () => gone() };
}

const show = (box: Outbox, name: string, at: number): void =>
  box.show(snapshotOf({ host: hostOf(1, { name }), at }));

test("what comes within a moment goes together, in its order", async () => {
  const { box, told } = outbox();
  show(box, "a", 1);
  box.tell({ kind: "polled", id: 1 });
  show(box, "b", 2);
  await expect.poll(told).toEqual([[["a", 1, true], "polled", ["b", 2, true]]]);
});

test("while something goes, of each host only the latest waits", async () => {
  const { box, told, gone } = outbox();
  show(box, "a", 1);
  await expect.poll(told).toHaveLength(1);
  for (let at = 2; at < 50; at++) show(box, "a", at);
  show(box, "b", 50);
  gone();
  expect(told()[1]).toEqual([
    ["a", 49, false],
    ["b", 50, true],
  ]);
});

test("while something goes, of what one host says of another only the latest waits", async () => {
  const { box, told, gone } = outbox();
  show(box, "a", 1);
  await expect.poll(told).toHaveLength(1);
  const say = (source: string, host: string): void =>
    box.tell({ kind: "said", host, said: { source, at: 1, text: Buffer.alloc(9) } });
  for (let i = 0; i < 50; i++) say("a", "db1");
  say("a", "db2");
  say("b", "db1");
  gone();
  expect(told()[1]).toEqual(["said", "said", "said"]);
});

test("of very many some go first", async () => {
  const { box, told, gone } = outbox();
  for (let i = 0; i < 100; i++) show(box, `host${i}`, i);
  await expect.poll(told).toHaveLength(1);
  gone();
  expect(told().map((reports) => reports.length)).toEqual([64, 36]);
});

test("after a host was forgotten nothing builds on what went before", async () => {
  const { box, told, gone } = outbox();
  show(box, "a", 1);
  await expect.poll(told).toHaveLength(1);
  show(box, "a", 2);
  box.forget("a");
  show(box, "a", 3);
  gone();
  expect(told()[1]).toEqual([["a", 3, true]]);
});

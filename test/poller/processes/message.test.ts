import { deserialize, serialize } from "node:v8";
import { expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { exposition } from "../../../poller/exposition.ts";
import { reportFamilies } from "../../../poller/host_metrics.ts";
import { encode, Reader, type SnapshotMessage } from "../../../poller/processes/message.ts";
import type { Snapshot } from "../../../poller/snapshots.ts";
import { hostOf } from "../hosts.ts";
import { polls } from "../polls.ts";

const families = reportFamilies(checks);

const sent = (snapshot: Snapshot, last?: Snapshot): SnapshotMessage =>
  deserialize(serialize(encode(snapshot, last))) as SnapshotMessage;

/** What is shown of it, all in all. */
async function shown(snapshot: Snapshot | undefined): Promise<unknown> {
  if (!snapshot) return undefined;
  const { host, at, up, failure, pastFailure, errors, lastSuccess, missed, outcome } = snapshot;
  const { seconds, phases } = snapshot;
  let text = "";
  for await (const chunk of exposition([snapshot], families)) text += chunk.toString();
  return {
    ...{ host, at, up, failure, pastFailure, errors, lastSuccess, missed, seconds, phases, text },
    services: [...snapshot.services],
    found: [...(outcome?.services ?? [])],
    sections: outcome?.sections.map(({ name, cached, error }) => [name, cached, error]),
    unknown: outcome?.unknown.map(({ name, cached, lines }) => [name, cached, lines]),
    ...{ facts: outcome?.facts, differences: outcome?.differences, bytes: outcome?.bytes },
    ...{ cameAt: outcome?.at, time: outcome?.time, times: outcome?.times, drops: outcome?.drops },
  };
}

const report = (load: number): string =>
  `<<<check_mk>>>\nVersion: 2.0\n<<<cpu>>>\n${load} 1 1 1/200 5 4\n<<<uptime>>>\n99 1\n` +
  `<<<local:sep(0)>>>\n1 Ä x=1;2;3 so so\n<<<strange>>>\nx\n<<<kernel:cached(5,60)>>>\n5\nctxt 7\n`;

test("what arrives is what was sent, with all but what later polls need", async () => {
  const { next } = await polls();
  const { snapshot } = await next(report(1));
  const read = new Reader().read(sent(snapshot), snapshot.host);
  expect(await shown(read)).toEqual(await shown(snapshot));
  expect(read?.host).toBe(snapshot.host);
  expect(read?.outcome?.memory.previous.size).toBe(0);
});

test("what is as it was is not sent again and stays the same object", async () => {
  const { next } = await polls();
  const [first, second] = [(await next(report(1))).snapshot, (await next(report(2))).snapshot];
  const reader = new Reader();
  const before = reader.read(sent(first), first.host);
  const message = sent(second, first);
  const now = reader.read(message, second.host);
  expect(await shown(now)).toEqual(await shown(second));
  const kept = now?.outcome?.blocks.filter((block) => before?.outcome?.blocks.includes(block));
  const same = second.outcome?.blocks.filter((block) => first.outcome?.blocks.includes(block));
  expect(same).not.toHaveLength(0);
  expect(kept).toHaveLength(same?.length ?? 0);
  expect(serialize(message).length).toBeLessThan(serialize(sent(second)).length);
});

test("while a host is down its last report stays what it was, until it is forgotten", async () => {
  const { next } = await polls();
  const reader = new Reader();
  let last: Snapshot | undefined;
  let before: Snapshot | undefined;
  for (const says of [report(1), undefined, undefined, undefined, report(2)]) {
    const { snapshot } = await next(says);
    const read = reader.read(sent(snapshot, last), snapshot.host);
    expect(await shown(read)).toEqual(await shown(snapshot));
    expect(read?.outcome === before?.outcome).toBe(snapshot.outcome === last?.outcome);
    [last, before] = [snapshot, read];
  }
});

test("what builds on something forgotten is not read, what is whole is", async () => {
  const { next } = await polls();
  const [first, second] = [(await next(report(1))).snapshot, (await next(report(2))).snapshot];
  const reader = new Reader();
  expect(reader.read(sent(second, first), second.host)).toBeUndefined();
  reader.read(sent(first), first.host);
  reader.forget(first.host.name);
  expect(reader.read(sent(second, first), second.host)).toBeUndefined();
  expect(reader.read(sent(second), second.host)).toBeDefined();
});

test("a host that the config does not list is not read, a guest tells itself who it is", async () => {
  const { next } = await polls();
  const { snapshot, guests } = await next(`${report(1)}<<<<vm1>>>>\n<<<uptime>>>\n5 1\n`);
  const [guest] = guests;
  const reader = new Reader();
  expect(reader.read(sent(snapshot), undefined)).toBeUndefined();
  const read = guest && reader.read(sent(guest), hostOf(1));
  expect(read?.host).toEqual(guest?.host);
  const again = guest && reader.read(sent({ ...guest, at: 5 }, guest), undefined);
  expect(again?.host).toEqual(guest?.host);
  expect(again?.at).toBe(5);
});

test("bytes that arrive do not keep alive what they came with", async () => {
  const { next } = await polls();
  const { snapshot } = await next(report(1));
  const read = new Reader().read(sent(snapshot), snapshot.host);
  const texts = [...(read?.blocks ?? []), ...(read?.outcome?.blocks ?? [])].map(({ text }) => text);
  for (const text of texts) expect(text.buffer.byteLength).toBe(text.length);
});

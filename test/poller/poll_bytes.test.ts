import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { exposition } from "../../poller/exposition.ts";
import { openStore } from "../../poller/memory/store.ts";
import { poll } from "../../poller/poll.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import type { Source } from "../../poller/sources/source.ts";
import { shared, testWith, top } from "../peers.ts";
import { hostOf } from "./hosts.ts";
import { meansOf } from "./means.ts";

const specimen = join(top, "test", "fixtures", "output", "specimen.txt");
const dumps = join(shared.path, "corpus", "dumps");
const names = shared.there ? readdirSync(dumps).filter((name) => name.endsWith(".txt")) : [];

// Polls that differ in nothing but their source are to differ in nothing at all.
beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "performance"] }));
afterEach(() => vi.useRealTimers());

/** What polls of these reports leave, all of it; `after` is what becomes of a report's bytes. */
async function left(
  reports: readonly Buffer[],
  after: (bytes: Buffer) => void,
): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "bytes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = openStore(folder, (error) => expect.unreachable(error.message));
  let report: Buffer = Buffer.alloc(0);
  const source: Source = async (_host, _signal, use) => {
    const bytes = Buffer.from(report);
    const used = await use({ bytes, phases: { wait: 0, connect: 0, firstByte: 0, read: 0 } });
    after(bytes);
    return used;
  };
  const means = meansOf(checks, { source, store });
  const seen: unknown[] = [];
  for (report of reports) {
    const all = await poll(hostOf(1), means, new AbortController().signal);
    for (const one of all) means.snapshots.set(one);
    seen.push(...(await Promise.all(all.map((one) => shown(one, means.judging.families)))));
  }
  await store.close();
  return seen;
}

async function shown(snapshot: Snapshot, families: Parameters<typeof exposition>[1]) {
  const chunks: Buffer[] = [];
  for await (const chunk of exposition([snapshot], families)) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), services: [...snapshot.services] };
}

async function compare(file: string): Promise<void> {
  const dump = readFileSync(file);
  const reports = [dump, dump, Buffer.concat([dump, Buffer.from("<<<uptime>>>\n99 1\n")])];
  const kept = await left(reports, () => undefined);
  expect(await left(reports, (bytes) => bytes.fill("x"))).toEqual(kept);
  expect(kept.length).toBeGreaterThan(2);
}

describe("nothing that is left of a poll looks again at the bytes of", () => {
  test("our agent's report", () => compare(specimen));

  testWith(shared)("real agents' reports", async () => {
    for (const name of names) await compare(join(dumps, name));
  });
});

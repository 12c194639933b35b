/** Polls of one host over a socket, one after the other, as a poller at work does them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { forgetful, openStore, type Store } from "../../poller/memory/store.ts";
import { type Means, poll } from "../../poller/poll.ts";
import type { Service } from "../../poller/services.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import type { Host } from "../../poller/targets/host.ts";
import { hostOf } from "./hosts.ts";
import { meansOf } from "./means.ts";
import { agent, answering } from "./sources/agents.ts";

const fault = (error: Error): void => expect.unreachable(error.message);

/** What a poll came to, by services' names. */
export interface Polled {
  readonly snapshot: Snapshot;
  /** Of the hosts that it spoke for. */
  readonly guests: readonly Snapshot[];
  readonly states: Readonly<Record<string, number>>;
  readonly summaries: Readonly<Record<string, string>>;
  /** The service of the agent. */
  readonly agent: Service;
}

/** A host that says, poll by poll, what it is told; nothing: it breaks off. */
export async function polls(
  own: Partial<Means> & { readonly hosts?: readonly string[] } = {},
  settings: Partial<Host> = {},
  memory: "disk" | "none" = "none",
) {
  let report: string | undefined;
  const { port } = await agent((socket) =>
    report === undefined ? socket.resetAndDestroy() : answering(report)(socket),
  );
  const folder = mkdtempSync(join(tmpdir(), "polls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let store: Store = memory === "disk" ? openStore(folder, fault) : forgetful();
  onTestFinished(() => store.close());
  let means = meansOf(checks, { store, ...own });
  const host = hostOf(port, { ...settings, port });

  const next = async (says: string | undefined): Promise<Polled> => {
    report = says;
    const all = await poll(host, means, new AbortController().signal);
    for (const one of all) means.snapshots.set(one);
    const [snapshot, ...guests] = all;
    const [agentService] = snapshot?.services ?? [];
    if (!snapshot || !agentService) throw new Error("a poll gives a snapshot with a service");
    const by = <Value>(read: (one: Service) => Value) =>
      Object.fromEntries(Array.from(snapshot.services, (one) => [one.service, read(one)]));
    const states = by(({ state }) => state as number);
    return { snapshot, guests, states, summaries: by((one) => one.summary), agent: agentService };
  };
  /** Nothing is remembered but what is on disk. */
  const restart = async (): Promise<void> => {
    await store.close();
    store = memory === "disk" ? openStore(folder, fault) : forgetful();
    means = meansOf(checks, { store, ...own });
  };
  return { next, restart, folder, store: () => store, means: () => means };
}

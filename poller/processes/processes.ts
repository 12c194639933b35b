/** Polls hosts in several processes, each of which has a share of them. */
import { createHash } from "node:crypto";
import type { Logger } from "pino";
import type { JudgingConfig } from "../judging.ts";
import { asGuest } from "../piggyback.ts";
import type { HostPolling, PollingConfig, Told } from "../polling.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { Guests } from "./guests.ts";
import { errorOf, type Share } from "./protocol.ts";
import { type News, Shard } from "./shard.ts";

/** How often it is looked for guests of which nobody tells any more. */
const EXPIRE_MILLISECONDS = 5000;

interface ProcessesOptions {
  readonly count: number;
  /** Folder of the store, which exists. */
  readonly stateDir: string;
  /** The last of a host, as it was told. */
  readonly last: (host: string) => Snapshot | undefined;
  readonly told: Told;
  readonly log: Logger;
}

export class Processes implements HostPolling {
  /** All but restarts is counted where polls are. */
  readonly vitals: HostPolling["vitals"] = {
    skipped: () => 0,
    restarts: () => this.#shards.reduce((sum, { restarts }) => sum + restarts, 0),
    others: async () => (await Promise.all(this.#shards.map((one) => one.metrics()))).flat(),
  };
  readonly #options: ProcessesOptions;
  readonly #shards: readonly Shard[];
  readonly #guests = new Guests();
  #config: PollingConfig;
  #hosts: ReadonlyMap<string, Host> = new Map();
  /** By process. */
  #shares: readonly (readonly Host[])[] = [];
  /** By the names by which others may speak of them, where hosts are polled. */
  #homes: ReadonlyMap<string, number> = new Map();
  #expiring: NodeJS.Timeout | undefined;
  #telling: NodeJS.Immediate | undefined;
  readonly #kill = (): void => this.#shards.forEach((shard) => shard.kill());

  /** What `config` limits is shared out evenly. */
  constructor(hosts: readonly Host[], config: PollingConfig, options: ProcessesOptions) {
    const { count, stateDir, log } = options;
    this.#options = options;
    this.#config = shared(config, count);
    this.#take(hosts);
    this.#shards = Array.from({ length: count }, (_, index) => {
      const number = index + 1;
      return new Shard({
        number,
        log,
        begin: () => ({
          ...this.#share(number),
          config: this.#config,
          stateDir,
          guests: this.#guests.withoutThoseOf(number),
        }),
        onNews: (news) => this.#hear(number, news),
      });
    });
  }

  start(): void {
    for (const shard of this.#shards) shard.start();
    // However we end, short of being killed: they need not notice for themselves.
    process.once("exit", this.#kill);
    this.#expiring = setInterval(() => this.#expire(), EXPIRE_MILLISECONDS);
  }

  configure(hosts: readonly Host[]): void {
    const before = this.#hosts;
    this.#take(hosts);
    for (const name of before.keys()) if (!this.#hosts.has(name)) this.#shardOf(name)?.forget(name);
    for (const shard of this.#shards) shard.send({ kind: "share", ...this.#share(shard.number) });
    for (const name of this.#hosts.keys()) this.#guests.forget(name);
    this.#tellChanges();
  }

  judgeBy({ rules, require, poll: { maxSeries } }: JudgingConfig): void {
    const config = { rules, require, poll: { ...this.#config.poll, maxSeries } };
    this.#config = config;
    for (const shard of this.#shards) shard.send({ kind: "judge", config });
  }

  readonly poll = async (host: Host, signal: AbortSignal): Promise<Snapshot> => {
    const isListed = this.#hosts.get(host.name) === host;
    const stranger = await this.#shardOf(host.name)?.poll(isListed ? host.name : host, signal);
    const snapshot = stranger ?? this.#options.last(host.name);
    if (!snapshot) throw new Error("a poll gave nothing");
    return snapshot;
  };

  async stop(): Promise<void> {
    clearInterval(this.#expiring);
    clearImmediate(this.#telling);
    await Promise.all(this.#shards.map((shard) => shard.stop()));
    process.off("exit", this.#kill);
  }

  #take(hosts: readonly Host[]): void {
    const shares = Array.from({ length: this.#options.count }, (): Host[] => []);
    const homes = new Map<string, number>();
    for (const host of hosts) {
      const number = this.#numberOf(host.name);
      shares[number - 1]?.push(host);
      homes.set(asGuest(host.name), number);
    }
    this.#hosts = new Map(hosts.map((host) => [host.name, host]));
    this.#shares = shares;
    this.#homes = homes;
  }

  #share(number: number): Share {
    const others = this.#shares.toSpliced(number - 1, 1).flat();
    return { hosts: this.#shares[number - 1] ?? [], others: others.map(({ name }) => name) };
  }

  #numberOf(name: string): number {
    return shardOf(name, this.#options.count);
  }

  #shardOf(name: string): Shard | undefined {
    return this.#shards[this.#numberOf(name) - 1];
  }

  #hear(number: number, news: News): void {
    const { told, log } = this.#options;
    switch (news.kind) {
      case "snapshot": {
        const { snapshot: message } = news;
        const host = this.#hosts.get(message.name);
        const snapshot = this.#shards[number - 1]?.read(message, host);
        if (snapshot && this.#mayTell(snapshot, number)) told.onSnapshot(snapshot);
        return;
      }
      case "silence": {
        const own = news.hosts.filter((guest) => this.#guests.tellerOf(guest) === number);
        if (own.length > 0) told.onSilence(own);
        return;
      }
      case "gone":
        this.#shards[number - 1]?.forget(news.host);
        if (this.#guests.tellerOf(news.host) === number) this.#gone(news.host);
        return;
      case "said": {
        const { host, said } = news;
        const source = this.#hosts.get(said.source);
        const home = this.#homes.get(host) ?? this.#guests.tellerOf(host);
        if (!source || home === undefined) return;
        this.#shards[home - 1]?.send({ kind: "said", host, said: { ...said, source } });
        return;
      }
      case "defect":
        told.onDefect({ name: news.host }, errorOf(news.error));
        return;
      case "fault":
        log.error({ err: errorOf(news.error) }, "the store cannot be written");
    }
  }

  #mayTell(snapshot: Snapshot, number: number): boolean {
    if (snapshot.host.guestOf === undefined) return true;
    if (this.#hosts.has(snapshot.host.name)) return false;
    const isAccepted = this.#guests.accept(snapshot, number);
    this.#telling ??= setImmediate(() => this.#tellChanges());
    return isAccepted;
  }

  #expire(): void {
    for (const guest of this.#guests.expire(Date.now() / 1000)) this.#options.told.onGone(guest);
    this.#tellChanges();
  }

  #gone(guest: string): void {
    this.#guests.forget(guest);
    this.#options.told.onGone(guest);
  }

  /** Tells each process of which guests others tell. */
  #tellChanges(): void {
    clearImmediate(this.#telling);
    this.#telling = undefined;
    const changes = this.#guests.changes();
    if (changes.length === 0) return;
    for (const shard of this.#shards) {
      const isTaken = (teller: number | undefined): boolean =>
        teller !== undefined && teller !== shard.number;
      shard.send({
        kind: "guests",
        taken: changes.flatMap(([guest, teller]) => (isTaken(teller) ? guest : [])),
        free: changes.flatMap(([guest, teller]) => (isTaken(teller) ? [] : guest)),
      });
    }
  }
}

/**
 * Which process polls a host, from 1 to `count`: by its name alone, and by other digits than when it
 * does, so that no process polls while the others wait.
 */
const shardOf = (name: string, count: number): number =>
  (createHash("sha256").update(name).digest().readUInt32BE(8) % count) + 1;

function shared({ rules, require, poll }: PollingConfig, count: number): PollingConfig {
  const share = (limit: number): number => Math.ceil(limit / count);
  const { concurrency, maxOpen, maxSeries } = poll;
  return {
    rules,
    require,
    poll: { maxSeries, concurrency: share(concurrency), maxOpen: share(maxOpen) },
  };
}

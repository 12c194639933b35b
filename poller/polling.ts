/** Polls hosts at their turns and when somebody asks, in this process. */
import { checks } from "./checks/index.ts";
import { Flights, type PollOne } from "./flights.ts";
import { judging, type JudgingConfig } from "./judging.ts";
import { forgetful, type Store } from "./memory/store.ts";
import { type Elsewhere, Piggyback, type Said } from "./piggyback.ts";
import { type Means, poll, silence } from "./poll.ts";
import { Rounds } from "./rounds.ts";
import type { SelfMetrics } from "./self.ts";
import type { Snapshot } from "./snapshots.ts";
import { Runner } from "./sources/runner.ts";
import { sources } from "./sources/sources.ts";
import type { TcpLimits } from "./sources/tcp.ts";
import type { Host } from "./targets/host.ts";
import type { Vitals } from "./vitals.ts";

/** How often it is looked for hosts that nobody speaks for any more. */
const SILENCE_MILLISECONDS = 5000;

/** Who is told what came of polls. */
export interface Told {
  onSnapshot(snapshot: Snapshot): void;
  /** Of hosts that speak only through others nothing is said any more; their snapshots say so too. */
  onSilence(hosts: readonly string[]): void;
  /** Of a host nothing was said for so long that it is forgotten. */
  onGone(host: string): void;
  /** A poll that broke: a defect, and no matter of the host. */
  onDefect(host: Pick<Host, "name">, error: unknown): void;
}

/** What a config says of how hosts are polled. */
export interface PollingConfig extends JudgingConfig {
  readonly poll: TcpLimits & JudgingConfig["poll"];
}

/** Polls hosts, here or in other processes. */
export interface HostPolling {
  /** Polls all hosts, and from then on each at its turns. */
  start(): void;
  /** Polls these from now on; what was known of others is forgotten. */
  configure(hosts: readonly Host[]): void;
  /** Judges as another config says from now on. */
  judgeBy(config: JudgingConfig): void;
  /** Polls a host, listed or not, unless it is being polled. Of a stranger nobody else is told. */
  readonly poll: PollOne;
  /** What can be told of it. */
  readonly vitals: Pick<Vitals, "skipped" | "activity" | "restarts" | "others">;
  /** Stops what is going on, and resolves once it has ended. */
  stop(): Promise<void>;
}

export interface PollingOptions {
  readonly store: Store;
  /** The last of a host, as it was told. */
  readonly last: (host: string) => Snapshot | undefined;
  readonly told: Told;
  /** Counts polls. */
  readonly self: Pick<SelfMetrics, "polling">;
  /** Hosts that other processes know. */
  readonly elsewhere?: Elsewhere;
}

export class Polling implements HostPolling {
  readonly vitals: HostPolling["vitals"];
  readonly #options: PollingOptions;
  readonly #means: { -readonly [Key in keyof Means]: Means[Key] };
  readonly #runner = new Runner();
  readonly #flights: Flights;
  readonly #rounds: Rounds;
  #members: ReadonlySet<Host>;
  #listening: NodeJS.Timeout | undefined;

  constructor(hosts: readonly Host[], config: PollingConfig, options: PollingOptions) {
    const { store, last, told, elsewhere } = options;
    this.#options = options;
    this.#members = new Set(hosts);
    const source = sources(config.poll, this.#runner.run);
    this.vitals = { skipped: () => this.#rounds.skipped, activity: () => source.activity() };
    this.#means = {
      source,
      judging: judging(checks, config),
      store,
      piggyback: new Piggyback(namesOf(hosts), elsewhere),
      last,
    };
    this.#flights = new Flights((host, signal) => this.#poll(host, signal));
    this.#rounds = new Rounds(
      hosts,
      async (host, signal) => {
        await this.#flights.poll(host, signal);
      },
      { onDefect: (host, error) => told.onDefect(host, error) },
    );
  }

  start(): void {
    this.#rounds.start();
    this.#listening = setInterval(() => this.#listen(), SILENCE_MILLISECONDS);
  }

  configure(hosts: readonly Host[], elsewhere: readonly string[] = []): void {
    this.#members = new Set(hosts);
    this.#rounds.update(hosts);
    this.#means.piggyback.configure([...namesOf(hosts), ...elsewhere]);
  }

  judgeBy({ rules, require, poll: { maxSeries } }: JudgingConfig): void {
    this.#means.judging = { ...this.#means.judging, rules, require, maxSeries };
  }

  readonly poll: PollOne = (host, signal) => this.#flights.poll(host, signal);

  /** Takes what was said, to another process, of a host that this one knows. */
  hear(host: string, said: Said): void {
    this.#means.piggyback.hear(host, said);
  }

  async stop(): Promise<void> {
    clearInterval(this.#listening);
    await Promise.all([this.#rounds.stop(), this.#flights.stop()]);
    await this.#runner.stop();
  }

  async #poll(host: Host, signal: AbortSignal): Promise<Snapshot> {
    const { self, told } = this.#options;
    const listed = this.#members.has(host);
    const means = listed ? this.#means : stranger(this.#means);
    const polled = await self.polling(poll(host, means, signal));
    // A probe may have waited for a poll of a host that has been removed meanwhile.
    if (this.#members.has(host)) for (const snapshot of polled) told.onSnapshot(snapshot);
    const [own] = polled;
    if (!own) throw new Error("a poll gave nothing");
    return own;
  }

  #listen(): void {
    const { last, store, told } = this.#options;
    const { piggyback } = this.#means;
    const now = Date.now() / 1000;
    const silent = piggyback.silent(now).filter(({ host }) => last(host)?.up === true);
    for (const one of silent) told.onSnapshot(silence(one.host, one.last, this.#means));
    if (silent.length > 0) told.onSilence(silent.map(({ host }) => host));
    for (const host of piggyback.forget(now)) {
      store.forgetKnown(host);
      told.onGone(host);
    }
  }
}

/** What strangers say is neither kept nor measured by what was kept, and is about nobody else. */
const stranger = (means: Means): Means => ({
  ...means,
  store: forgetful(),
  piggyback: new Piggyback([]),
  last: () => undefined,
});

const namesOf = (hosts: readonly Host[]): string[] => hosts.map(({ name }) => name);

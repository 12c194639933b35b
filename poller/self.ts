import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from "prom-client";
import type { RemoteWriteStats } from "./sinks/remote_write.ts";
import type { ReloadState } from "./reload.ts";
import type { Snapshot } from "./snapshots.ts";

/** What the poller can tell of its own state whenever it is asked. */
export interface Vitals {
  readonly version: string;
  /** Hosts that are to be polled. */
  hosts(): number;
  /** Turns that hosts lost since the start because their poll before was not done. */
  skipped(): number;
  /** How the config was last read again; absent where there is none. */
  reload?(): ReloadState | undefined;
  /** Where samples are written to, if anywhere. */
  remoteWrite?(): readonly RemoteWriteStats[];
  /** How often processes that poll for this one were started again. */
  restarts?(): number;
  /** Metrics of those processes, to be added up with our own. */
  others?(): Promise<readonly Metrics[]>;
}

/** Metrics as one process tells them to another. */
export type Metrics = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Of prom-client's default metrics those whose names promtool takes. */
const DEFAULTS = /^(process_.*|nodejs_(heap_size|external_memory|gc_duration|version)_.*)$/;

/** The poller's own metrics. */
export class SelfMetrics {
  readonly #vitals: Vitals;
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];
  readonly #polls = new Counter({
    name: "roundsman_polls_total",
    help: "Polls by result: ok, or the reason why no report came or not all of it.",
    labelNames: ["result"],
    registers: this.#registers,
  });
  readonly #latency = new Histogram({
    name: "roundsman_poll_latency_seconds",
    help: "How long polls took, over all hosts and without waiting for the poller.",
    buckets: DURATIONS,
    registers: this.#registers,
  });
  readonly #wait = new Histogram({
    name: "roundsman_poll_wait_seconds",
    help: "How long polls waited for the poller: for leave to connect and for a slot.",
    buckets: DURATIONS,
    registers: this.#registers,
  });
  readonly #running = new Gauge({
    name: "roundsman_polls_running",
    help: "Polls under way, those included that only wait for their host.",
    registers: this.#registers,
  });
  readonly #dropped = new Counter({
    name: "roundsman_series_dropped_total",
    help: "Series that were left out of a poll: one was there already, or the host has too many.",
    labelNames: ["reason"],
    registers: this.#registers,
  });
  readonly #truncated = new Counter({
    name: "roundsman_label_values_truncated_total",
    help: "Label values that were too long.",
    registers: this.#registers,
  });

  constructor(vitals: Vitals) {
    this.#vitals = vitals;
    // Its monitor of the event loop ticks even where its metrics are not wanted.
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 60_000 });
    for (const { name } of this.#registry.getMetricsAsArray())
      if (!DEFAULTS.test(name) && !name.startsWith("roundsman_"))
        this.#registry.removeSingleMetric(name);
    new Gauge({
      name: "roundsman_build_info",
      help: "Which version runs, on which Node.",
      labelNames: ["version", "nodeversion"],
      registers: this.#registers,
      aggregator: "first",
    }).set({ version: vitals.version, nodeversion: process.version }, 1);
    const hosts: Gauge = new Gauge({
      name: "roundsman_hosts",
      help: "Hosts that are polled.",
      registers: this.#registers,
      collect: () => hosts.set(vitals.hosts()),
    });
    const skipped: Counter = new Counter({
      name: "roundsman_polls_skipped_total",
      help: "Turns that hosts lost because their poll before was not done.",
      registers: this.#registers,
      collect: () => {
        skipped.reset();
        skipped.inc(vitals.skipped());
      },
    });
    this.#tellReload(vitals);
    for (const reason of ["duplicate", "limit"]) this.#dropped.inc({ reason }, 0);
    if (vitals.remoteWrite) this.#addRemoteWrite(() => vitals.remoteWrite?.() ?? []);
    if (vitals.restarts) this.#tellRestarts(() => vitals.restarts?.() ?? 0);
  }

  #tellRestarts(read: () => number): void {
    const restarts: Counter = new Counter({
      name: "roundsman_process_restarts_total",
      help: "Processes that poll hosts and were started again because they had died.",
      registers: this.#registers,
      collect: () => {
        restarts.reset();
        restarts.inc(read());
      },
    });
  }

  #tellReload(vitals: Vitals): void {
    const tell = (name: string, help: string, read: (state: ReloadState) => number): void => {
      const gauge: Gauge = new Gauge({
        name: `roundsman_config_last_reload_${name}`,
        help,
        registers: this.#registers,
        collect() {
          const state = vitals.reload?.();
          if (state) gauge.set(read(state));
          else gauge.remove();
        },
      });
    };
    tell("successful", "Whether the config could be read when it was read last.", ({ ok }) =>
      Number(ok),
    );
    tell(
      "success_timestamp_seconds",
      "When the config that is in force was read, in epoch seconds.",
      ({ at }) => at,
    );
  }

  /** Counts a poll that is under way until what it gives settles: the host, and others with it. */
  async polling(poll: Promise<readonly Snapshot[]>): Promise<readonly Snapshot[]> {
    this.#running.inc();
    try {
      const snapshots = await poll;
      const [own] = snapshots;
      if (own) this.#polled(own);
      return snapshots;
    } finally {
      this.#running.dec();
    }
  }

  /** All of them in Prometheus' text format, with those of other processes. */
  async text(): Promise<string> {
    const others = (await this.#vitals.others?.()) ?? [];
    if (others.length === 0) return this.#registry.metrics();
    return addedUp([...others, await this.#registry.getMetricsAsJSON()]).metrics();
  }

  /** All of them, for another process. */
  tell(): Promise<Metrics> {
    return this.#registry.getMetricsAsJSON();
  }

  #addRemoteWrite(stats: () => readonly RemoteWriteStats[]): void {
    const add = (
      name: string,
      help: string,
      read: (one: RemoteWriteStats) => number | Readonly<Record<string, number>>,
    ): void => {
      const labelNames = ["receiver", "reason"];
      const set = (): void => {
        metric.reset();
        for (const one of stats()) {
          const [receiver, value] = [one.receiver, read(one)];
          if (typeof value === "number") metric.inc({ receiver }, value);
          else
            for (const [reason, count] of Object.entries(value))
              metric.inc({ receiver, reason }, count);
        }
      };
      const settings = {
        ...{ name: `roundsman_remote_write_${name}`, help, labelNames },
        ...{ registers: this.#registers, collect: set },
      };
      const metric = name.endsWith("_total") ? new Counter(settings) : new Gauge(settings);
    };
    add("samples_sent_total", "Samples that a receiver took.", (one) => one.sent);
    add("samples_failed_total", "Samples that a receiver refused.", (one) => one.failed);
    add("samples_dropped_total", "Samples that were not sent, by reason.", (one) => one.dropped);
    add("retries_total", "Requests that were made again.", (one) => one.retries);
    add("pending_bytes", "What waits on disk.", (one) => one.pendingBytes);
    add(
      "oldest_pending_seconds",
      "How long the oldest of it has waited.",
      (one) => one.oldestPendingSeconds,
    );
  }

  #polled({ failure, seconds, phases, up, outcome }: Snapshot): void {
    this.#polls.inc({ result: failure?.reason ?? "ok" });
    this.#latency.observe(seconds);
    this.#wait.observe(phases?.wait ?? 0);
    if (!up || !outcome) return;
    const { duplicate, limit, truncated } = outcome.drops;
    this.#dropped.inc({ reason: "duplicate" }, duplicate);
    this.#dropped.inc({ reason: "limit" }, limit);
    this.#truncated.inc(truncated);
  }
}

const addedUp = (all: readonly Metrics[]): Registry => AggregatorRegistry.aggregate([...all]);

/** The sum of what several processes tell. */
export const sum = (all: readonly Metrics[]): Promise<Metrics> => addedUp(all).getMetricsAsJSON();

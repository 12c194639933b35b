import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from "prom-client";
import { LoopDelay } from "./loop_delay.ts";
import type { Snapshot } from "./snapshots.ts";
import type { Phases } from "./sources/source.ts";
import { type Reading, readings, type Vitals } from "./vitals.ts";

/** Metrics as one process tells them to another. */
export type Metrics = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Few: there are as many series of each phase. */
const PHASE_DURATIONS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];

/** The phases of a poll in their order, and what they are called in labels. */
const PHASES: readonly (readonly [keyof Phases, string])[] = [
  ["wait", "wait"],
  ["dns", "dns"],
  ["connect", "connect"],
  ["firstByte", "first_byte"],
  ["tls", "tls"],
  ["read", "read"],
  ["parse", "parse"],
  ["judge", "judge"],
  ["render", "render"],
];

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
  readonly #phase = new Histogram({
    name: "roundsman_poll_phase_seconds",
    help: "How long polls spent on each of their parts, as far as they got.",
    labelNames: ["phase"],
    buckets: PHASE_DURATIONS,
    registers: this.#registers,
  });
  readonly #phases = PHASES.map(([phase, name]) => ({ phase, spent: this.#phase.labels(name) }));
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
  readonly #limited = new Counter({
    name: "roundsman_limit_drops_total",
    help: "What each limit cut from reports, and from what was made of them.",
    labelNames: ["limit"],
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
    for (const reading of readings(vitals)) this.#show(reading);
    this.#showLoopDelay();
    for (const reason of ["duplicate", "limit"]) this.#dropped.inc({ reason }, 0);
  }

  #show({ name, help, labels, read }: Reading): void {
    const collect = (): void => {
      metric.reset();
      const values = read();
      // Without labels it would be 0.
      if (labels.length === 0) metric.remove();
      for (const [value, ...names] of values)
        metric.inc(Object.fromEntries(labels.map((label, i) => [label, names[i] ?? ""])), value);
    };
    const settings = { name, help, labelNames: [...labels], registers: this.#registers, collect };
    const metric = name.endsWith("_total") ? new Counter(settings) : new Gauge(settings);
  }

  #showLoopDelay(): void {
    const loop = new LoopDelay();
    const gauge: Gauge = new Gauge({
      name: "roundsman_event_loop_delay_seconds",
      help: "By how much what was due came too late since the last scrape: p50, p99, max.",
      labelNames: ["stat"],
      registers: this.#registers,
      collect() {
        for (const [stat, seconds] of Object.entries(loop.take())) gauge.set({ stat }, seconds);
      },
    });
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

  #polled({ failure, seconds, phases, up, outcome }: Snapshot): void {
    this.#polls.inc({ result: failure?.reason ?? "ok" });
    this.#latency.observe(seconds);
    this.#wait.observe(phases?.wait ?? 0);
    if (phases)
      for (const { phase, spent } of this.#phases) {
        const took = phases[phase];
        // What a poll did not get to, or a source does not have, takes no time at all.
        if (took !== undefined && (took > 0 || phase === "wait")) spent.observe(took);
      }
    if (!up || !outcome) return;
    const { duplicate, limit, truncated } = outcome.drops;
    if (duplicate > 0) this.#dropped.inc({ reason: "duplicate" }, duplicate);
    if (limit > 0) this.#dropped.inc({ reason: "limit" }, limit);
    if (truncated > 0) this.#truncated.inc(truncated);
    for (const [limit, count] of Object.entries(outcome.limits))
      this.#limited.inc({ limit }, count);
  }
}

const addedUp = (all: readonly Metrics[]): Registry => AggregatorRegistry.aggregate([...all]);

/** The sum of what several processes tell. */
export const sum = (all: readonly Metrics[]): Promise<Metrics> => addedUp(all).getMetricsAsJSON();

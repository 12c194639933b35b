import { monitorEventLoopDelay } from "node:perf_hooks";

/** How often it is looked at: whatever takes longer is seen. Costs 2.5 ms of CPU a second. */
const RESOLUTION_MILLISECONDS = 20;

/** Seconds by which what was due came too late. */
type Delays = Readonly<Record<"p50" | "p99" | "max", number>>;

/** How long the event loop kept others waiting. Ends with the process, and does not keep it. */
export class LoopDelay {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MILLISECONDS });
  /** Seconds of delay right after the last reading, to which the monitor is blind. */
  #first = 0;

  constructor() {
    this.#monitor.enable();
  }

  /** Since they were taken last. */
  take(): Delays {
    const { max } = this.#monitor;
    const [p50, p99] = [this.#monitor.percentile(50), this.#monitor.percentile(99)];
    const first = this.#first;
    this.#monitor.reset();
    this.#watchFirst();
    return { p50: delay(p50), p99: delay(p99), max: Math.max(delay(max), first) };
  }

  #watchFirst(): void {
    this.#first = 0;
    const since = performance.now();
    setTimeout(() => {
      this.#first = delay((performance.now() - since) * 1e6);
    }, RESOLUTION_MILLISECONDS).unref();
  }
}

/** Of the nanoseconds between two looks. */
const delay = (between: number): number =>
  Math.max(Math.round(between / 1e3) - RESOLUTION_MILLISECONDS * 1e3, 0) / 1e6;

/**
 * How well a host's clock is kept, as the daemon that keeps it tells.
 *
 * Source: chronyc(1), ntpq(8), timedatectl(1)
 */
import { type Finding, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { judge, type Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";

export interface Clock {
  /** The server that the time is taken from, by name or address; absent: there is none. */
  readonly source?: string | undefined;
  readonly refid?: string | undefined;
  /** How many servers away the reference clock is. */
  readonly stratum?: number | undefined;
  /** Seconds that the clock is slow; negative: fast. */
  readonly offset?: number | undefined;
  /** Seconds. */
  readonly jitter?: number | undefined;
  readonly rootDelay?: number | undefined;
  readonly rootDispersion?: number | undefined;
  /** Epoch seconds when the clock was last set by its reference. */
  readonly referenceTime?: number | undefined;
  /** Absent where no daemon tells. */
  readonly isSynchronised?: boolean | undefined;
}

export const clockMetrics = [
  gauge(
    "roundsman_ntp_offset_seconds",
    "How far the clock is slow; negative: fast.",
    (clock: Clock) => clock.offset,
  ),
  gauge(
    "roundsman_ntp_jitter_seconds",
    "How much the offset varies.",
    (clock: Clock) => clock.jitter,
  ),
  gauge(
    "roundsman_ntp_stratum",
    "How many servers away the reference clock is.",
    (clock: Clock) => clock.stratum,
  ),
  gauge(
    "roundsman_ntp_root_delay_seconds",
    "Round trip to the reference clock.",
    (clock: Clock) => clock.rootDelay,
  ),
  gauge(
    "roundsman_ntp_root_dispersion_seconds",
    "Error of the time at the reference clock.",
    (clock: Clock) => clock.rootDispersion,
  ),
  gauge(
    "roundsman_ntp_reference_timestamp_seconds",
    "When the clock was last set by its reference, in epoch seconds.",
    (clock: Clock) => clock.referenceTime,
  ),
  gauge(
    "roundsman_ntp_synchronised",
    "Whether the clock follows a server.",
    ({ isSynchronised }: Clock) =>
      isSynchronised === undefined ? undefined : Number(isSynchronised),
  ),
  each(
    (clock: Clock) => (clock.source === undefined ? [] : [clock]),
    { source: (clock) => clock.source ?? "", refid: (clock) => clock.refid ?? "" },
    [gauge("roundsman_ntp_source_info", "The server that the time is taken from.", () => 1)],
  ),
];

export const stratumFinding = (stratum: number | undefined, upper: Levels): Finding[] =>
  found("Stratum", { name: "stratum", value: stratum, levels: { upper } });

/** Judged however far the clock is off, whether slow or fast. */
export function offsetFinding(name: string, value: number | undefined, upper: Levels): Finding[] {
  if (value === undefined) return [];
  const { state, text } = judge(Math.abs(value), { upper }, duration);
  const perf = { name, value, levels: { upper } };
  return [{ state, text: `Offset: ${duration(value)}${text}`, perf }];
}

/** Where the poller's clock is behind the host's, that is no age. */
export const since = (at: number, then: number | undefined): number | undefined =>
  then === undefined ? undefined : Math.max(0, at - then);

/** At which time the samples of a poll are sent, and whether they are to be sent at all. */
import { declaredBy } from "../families.ts";
import { ownMetrics } from "../report_metrics.ts";
import type { Family } from "../judge/metrics.ts";
import type { Outcome } from "../snapshots.ts";

/** How far a report may be from the poller's clock; what is farther off has a clock that is wrong. */
const MAX_AHEAD_SECONDS = 60;
const MAX_BEHIND_SECONDS = 300;

/** Receivers refuse what is an hour older than what they have; some of it is for the way. */
const MAX_AGE_SECONDS = 3000;

/** What the poller itself says of a report. */
const ours: ReadonlySet<Family<unknown>> = new Set(ownMetrics.flatMap(declaredBy));

/** When something was last sent. */
export interface Mark {
  /** Epoch seconds by the clock of the host. */
  readonly raw: number;
  /** Epoch milliseconds as sent: nothing of it may be sent that is not later. */
  readonly sent: number;
}

/** What was last sent of a host. */
export interface Marks {
  /** Epoch milliseconds of what the poller says of the poll, and of the report. */
  readonly poll: number;
  readonly own: number;
  readonly report: Mark;
  /** Families that are not of the time of their report, by name. */
  readonly families: ReadonlyMap<string, Mark>;
}

export const NEVER: Marks = {
  poll: -Infinity,
  own: -Infinity,
  report: { raw: -Infinity, sent: -Infinity },
  families: new Map(),
};

export const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** Epoch milliseconds that are later than all that was sent, and no earlier than `now`. */
export const afterAll = (marks: Marks, now: number): number =>
  Math.max(
    now,
    ...[marks.poll, marks.own, marks.report.sent, ...sentOf(marks.families)].map((at) => at + 1),
  );

const sentOf = (families: ReadonlyMap<string, Mark>): readonly number[] =>
  Array.from(families.values(), ({ sent }) => sent);

/** Marks of a host whose report ended at `at`, in epoch milliseconds. */
export const endedAt = (marks: Marks, at: number): Marks => ({
  poll: marks.poll,
  own: at,
  report: { ...marks.report, sent: at },
  families: new Map(Array.from(marks.families, ([name, mark]) => [name, { ...mark, sent: at }])),
});

/** The times of one report. */
export class ReportTimes {
  readonly #marks: Marks;
  readonly #times: Outcome["times"];
  /** Epoch milliseconds at which it came. */
  readonly #now: number;
  readonly #raw: number;
  /** What is added to times of the host, in seconds. */
  readonly #shift: number;
  readonly #report: number | undefined;
  readonly #own: number | undefined;
  readonly #families: Map<string, Mark>;

  constructor(marks: Marks, { at, time, times }: Pick<Outcome, "at" | "time" | "times">) {
    this.#marks = marks;
    this.#times = times;
    this.#now = milliseconds(at);
    this.#raw = Number.isFinite(time) ? time : at;
    const isRight = this.#raw >= at - MAX_BEHIND_SECONDS && this.#raw <= at + MAX_AHEAD_SECONDS;
    this.#shift = isRight ? 0 : at - this.#raw;
    this.#report =
      this.#raw === marks.report.raw
        ? undefined
        : this.#later(milliseconds(this.#raw + this.#shift), marks.report.sent);
    this.#own = this.#now > marks.own ? this.#now : undefined;
    this.#families = new Map(marks.families);
  }

  /**
   * Epoch milliseconds for a family; `undefined`: nothing of it is to be sent, because it is as it
   * was. "old": nor is it, because it is too old. `there`: whether this report and the one before
   * have it.
   */
  of(
    family: Family<unknown>,
    there: { readonly before: boolean; readonly now: boolean },
  ): number | "old" | undefined {
    if (ours.has(family)) return this.#own;
    const { name } = family;
    const known = this.#families.get(name);
    const raw = this.#times.get(family);
    if (raw === undefined || !Number.isFinite(raw)) {
      const time = this.#report && known ? this.#later(this.#report, known.sent) : this.#report;
      if (time !== undefined && there.now) this.#families.delete(name);
      // When it is back, that is news, whatever its time.
      else if (time !== undefined) this.#families.set(name, { raw: -Infinity, sent: time });
      return time;
    }
    const last = known ?? (there.before ? this.#marks.report : NEVER.report);
    const isBack = this.#raw < this.#marks.report.raw;
    if (raw <= last.raw && !isBack) return undefined;
    const wanted = milliseconds(raw + this.#shift);
    const isOld = wanted < this.#now - MAX_AGE_SECONDS * 1000;
    const isAhead = wanted > this.#now + MAX_AHEAD_SECONDS * 1000;
    const time = isOld ? undefined : this.#later(isAhead ? this.#now : wanted, last.sent);
    this.#families.set(name, { raw, sent: time ?? last.sent });
    return isOld ? "old" : time;
  }

  /** Epoch milliseconds at which series of a family end that has no time of its own in this report. */
  end(family: Family<unknown>): number {
    const { own, report, families } = this.#marks;
    if (ours.has(family)) return Math.max(this.#now, own + 1);
    const { raw, sent } = families.get(family.name) ?? report;
    const at = Math.max(this.#now, sent + 1);
    this.#families.set(family.name, { raw, sent: at });
    return at;
  }

  /** For the next one. */
  marks(poll: number): Marks {
    const { own, report } = this.#marks;
    return {
      poll,
      own: this.#own ?? own,
      report: { raw: this.#raw, sent: this.#report ?? report.sent },
      families: this.#families,
    };
  }

  /** The time itself; where that is not later than the last one, that at which the report came. */
  #later(time: number, last: number): number | undefined {
    return time > last ? time : this.#now > last ? this.#now : undefined;
  }
}

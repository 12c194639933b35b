/** When the agent is polled, learned from when it was: what is collected for nobody is work for nothing. */

/** Seconds in which the same polls come again: one every minute, or every 20 s, or two pollers'. */
const PERIODS = [60, 120, 300];
/** A rhythm holds that was kept for so many periods. */
const KEPT_PERIODS = 3;
/** Polls come so many seconds early or late. */
const SLACK_SECONDS = 2;
/** Who polls more often in the time that is looked back on has no rhythm worth learning. */
const MAX_POLLS = 64;
const MAX_SECONDS = Math.max(...PERIODS) * KEPT_PERIODS + SLACK_SECONDS;

export class Rhythm {
  /** Epoch seconds, the oldest first. */
  readonly #polls: number[] = [];

  /** Somebody polled; times are epoch seconds. */
  polled(at: number): void {
    const polls = this.#polls;
    // A clock that was set back makes what was learned worthless.
    if ((polls.at(-1) ?? 0) > at) polls.length = 0;
    polls.push(at);
    while (polls.length > MAX_POLLS || (polls[0] ?? at) < at - MAX_SECONDS) polls.shift();
  }

  /** Whether a poll may come between the two times; as long as there is no rhythm it always may. */
  expects(from: number, until: number): boolean {
    const { length } = this.#polls;
    if (length === MAX_POLLS) return true;
    const period = PERIODS.find((period) => this.#isKept(period, from));
    if (period === undefined) return true;
    return this.#any(from - period, until - period + SLACK_SECONDS);
  }

  /** Whether each poll of the last periods came a period after another, and had another after it. */
  #isKept(period: number, now: number): boolean {
    const since = now - period * KEPT_PERIODS;
    const polls = this.#polls.filter((poll) => poll > since && poll <= now);
    const near = (time: number): boolean => this.#any(time - SLACK_SECONDS, time + SLACK_SECONDS);
    return (
      polls.some((poll) => poll <= since + period) &&
      polls.every(
        (poll) =>
          (poll <= since + period || near(poll - period)) &&
          (poll + period + SLACK_SECONDS > now || near(poll + period)),
      )
    );
  }

  #any(from: number, until: number): boolean {
    return this.#polls.some((poll) => poll >= from && poll <= until);
  }
}

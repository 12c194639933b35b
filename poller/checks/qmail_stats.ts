import { type Check, ParseError } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import type { Levels } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

/** Mails that wait; those that nothing has been done with yet are among them. */
export interface Queue {
  readonly length: number;
  readonly fresh?: number | undefined;
}

interface Params {
  readonly deferred: Levels;
}

const LINE = /^messages in queue( but not yet preprocessed)?: (\d{1,15})$/i;

/**
 * Mails in the queue of qmail.
 *
 * Section: qmail_stats   Source: qmail-qstat(8)
 * Params: deferred: how many wait
 */
export const qmailStats: Check<Queue, Params> = {
  section: "qmail_stats",
  params: { deferred: { warn: 10, crit: 20 } },

  parse(rows) {
    let first: string | undefined;
    let length: number | undefined;
    let fresh: number | undefined;
    for (const line of rows.lines()) {
      first ??= line;
      const [, isFresh, count] = LINE.exec(line) ?? [];
      if (isFresh === undefined) length = integer(count) ?? length;
      else fresh = integer(count);
    }
    if (first === undefined) return undefined;
    if (length === undefined) throw new ParseError("no length of a queue", first);
    return { length, fresh };
  },

  metrics: [
    gauge("roundsman_qmail_queue_length", "Mails that wait.", ({ length }: Queue) => length),
    gauge(
      "roundsman_qmail_queue_unprocessed",
      "Mails that nothing has been done with yet.",
      ({ fresh }: Queue) => fresh,
    ),
  ],

  *evaluate({ length, fresh }, { params }) {
    yield conclude("Qmail Queue", [
      ...found("Deferred mails", {
        name: "queue",
        value: length,
        levels: { upper: params.deferred },
        min: 0,
      }),
      { text: fresh === undefined ? "" : `not yet processed: ${fresh}`, quiet: true },
    ]);
  },
};

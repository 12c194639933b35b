import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { bytes, plural } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface Queue {
  /** `deferred`, `failed`. */
  readonly name: string;
  /** Mails. */
  readonly length: number;
  /** Bytes. */
  readonly size: number;
}

interface Params {
  readonly deferred: Levels;
  readonly failed: Levels;
}

/**
 * Mails that wait in nullmailer, and those that it gave up.
 *
 * Section: nullmailer_mailq   Source: the files in its queues, their size by du(1)
 * Params: deferred, failed: mails
 */
export const nullmailerMailq: Check<readonly Queue[], Params> = {
  section: "nullmailer_mailq",
  params: { deferred: { warn: 10, crit: 20 }, failed: { warn: 1, crit: 1 } },

  parse(rows) {
    const found = new Map<string, Queue>();
    for (const row of rows) {
      const [size, length] = row.map(integer);
      const name = row[2] ?? "deferred";
      if (size === undefined || length === undefined)
        throw new ParseError("not a size and a count", row.join(" "));
      found.set(name, { name, length, size: size * 1024 });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((queues: readonly Queue[]) => queues, { queue: (one) => one.name }, [
      gauge("roundsman_nullmailer_queue_mails", "Mails in a queue.", (one) => one.length),
      gauge("roundsman_nullmailer_queue_size_bytes", "Size of a queue's mails.", (one) => one.size),
    ]),
  ],

  *evaluate(queues, { params }) {
    yield conclude(
      "Nullmailer Queue",
      queues.flatMap((queue) => judged(queue, params)),
    );
  },
};

/** The numbers of what waits have the names that they have for every mail server. */
function judged({ name, length, size }: Queue, params: Params): Finding[] {
  const isFailed = name === "failed";
  const prefix = name === "deferred" ? "" : `${name}_`;
  return [
    measured(`${name}: ${plural(length, "mail")}`, {
      name: `${prefix}length`,
      value: length,
      levels: { upper: isFailed ? params.failed : params.deferred },
      min: 0,
    }),
    {
      text: `${name}: ${bytes(size)}`,
      quiet: true,
      perf: { name: `${prefix}size`, value: size, min: 0 },
    },
  ];
}

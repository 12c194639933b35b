import type { Check } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { bytes, plural } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface MailQueue {
  /** The instance of Postfix; empty where the agent knows of one only. */
  readonly instance: string;
  /** `deferred`, `active`. */
  readonly queue: string;
  /** Mails. */
  readonly length: number;
  /** Bytes. */
  readonly size: number;
}

interface Params {
  readonly deferred: Levels;
  readonly active: Levels;
}

/**
 * Mails that wait in Postfix.
 *
 * Section: postfix_mailq   Source: the files of the queues deferred and active, their size by du(1); of
 *          old agents the last line of mailq(1)
 * Params: deferred, active: mails
 */
export const postfixMailq: Check<readonly MailQueue[], Params> = {
  section: "postfix_mailq",
  params: { deferred: { warn: 10, crit: 20 }, active: { warn: 200, crit: 300 } },

  parse(rows) {
    const found = new Map<string, MailQueue>();
    let instance = "";
    for (const line of rows.lines()) {
      instance = /^\[\[\[(.*)\]\]\]$/.exec(line)?.[1] ?? instance;
      const queue = readQueue(line);
      if (queue) found.set(`${queue.queue} ${instance}`, { instance, ...queue });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each(
      (queues: readonly MailQueue[]) => queues,
      { postfix: (one) => one.instance, queue: (one) => one.queue },
      [
        gauge("roundsman_postfix_queue_mails", "Mails that wait.", (one) => one.length),
        gauge("roundsman_postfix_queue_size_bytes", "Size of mails that wait.", (one) => one.size),
      ],
    ),
  ],

  *evaluate(queues, { params }) {
    const byInstance = new Map<string, Finding[]>();
    for (const queue of queues)
      byInstance.set(queue.instance, [
        ...(byInstance.get(queue.instance) ?? []),
        ...judged(queue, params),
      ]);
    for (const [instance, findings] of byInstance)
      yield instance === ""
        ? conclude("Postfix Queue", findings)
        : conclude(`Postfix Queue ${instance}`, findings, instance);
  },
};

function judged({ queue, length, size }: MailQueue, params: Params): Finding[] {
  const isActive = queue === "active";
  const [mails, volume] = isActive
    ? ["mail_queue_active_length", "mail_queue_active_size"]
    : ["length", "size"];
  return [
    measured(`${queue}: ${plural(length, "mail")}`, {
      name: mails,
      value: length,
      levels: { upper: isActive ? params.active : params.deferred },
      min: 0,
    }),
    { text: `${queue}: ${bytes(size)}`, quiet: true, perf: { name: volume, value: size, min: 0 } },
  ];
}

const QUEUE = /^QUEUE_(deferred|active)\s+(\d+)\s+(\d+)$/;
const LAST_LINE = /^-- (\d+) Kbytes in (\d+) Requests?\.$/;

function readQueue(line: string): Omit<MailQueue, "instance"> | undefined {
  if (line === "Mail queue is empty") return { queue: "deferred", length: 0, size: 0 };
  const [, queue = "deferred", kibibytes, mails] =
    QUEUE.exec(line) ?? LAST_LINE.exec(line)?.toSpliced(1, 0, "deferred") ?? [];
  const [size, length] = [integer(kibibytes), integer(mails)];
  if (size === undefined || length === undefined) return undefined;
  return { queue, length, size: size * 1024 };
}

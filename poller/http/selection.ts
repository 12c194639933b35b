import { z } from "zod";
import type { Check } from "../judge/check.ts";
import type { Family } from "../judge/metrics.ts";
import { share } from "../schedule.ts";
import { didYouMean } from "../spelling.ts";
import type { Query } from "./query.ts";
import { quoted, Refusal } from "./refusal.ts";
import type { View } from "./server.ts";

const MAX_SHARDS = 10_000;

/** One part of the hosts, of `count` that are about as large; the first is number 1. */
interface Shard {
  readonly number: number;
  readonly count: number;
}

const shard = z
  .string()
  .regex(/^\d{1,5}\/\d{1,5}$/, "must be I/N, such as 1/4")
  .transform((text, context): Shard => {
    const [number = 0, count = 0] = text.split("/").map(Number);
    if (count < 1 || count > MAX_SHARDS) context.addIssue(`N must be from 1 to ${MAX_SHARDS}`);
    else if (number < 1 || number > count) context.addIssue(`I must be from 1 to ${count}`);
    return { number, count };
  })
  .optional()
  .meta({ description: "I/N: the I-th of N parts of the hosts, by a hash of their names" });

/** Parameters that say of which hosts, and of what, metrics are wanted. */
export const selectionParameters = {
  shard,
  host: z.array(z.string()).optional().meta({ description: "a host's name; several are added up" }),
  "collect[]": z
    .array(z.string())
    .optional()
    .meta({ description: "a section: only what its check gives, and what is known of polls" }),
  self: z
    .enum(["0", "1"], { error: "must be 0 or 1" })
    .default("0")
    .meta({ description: "1: what the poller says of itself, and no host" }),
} as const;

/** Of which hosts, and of what, metrics are wanted. */
export interface Selection {
  readonly host: (name: string) => boolean;
  /** Of a report. */
  readonly family: (family: Family<unknown>) => boolean;
  /** Whether the poller's own metrics are. */
  readonly self: boolean;
}

/** Reads parameters. Throws a Refusal for a host or a section that is not there. */
export function selectionOf(
  { self, shard, host: names, "collect[]": sections }: Query<typeof selectionParameters>,
  view: Pick<View, "catalogue" | "hosts">,
): Selection {
  if (self === "1") {
    if (shard ?? names ?? sections) throw new Refusal(400, "self=1: is about no host");
    return { host: () => false, family: () => false, self: true };
  }
  const known = new Set(names && view.hosts().map(({ name }) => name));
  const strange = names?.find((name) => !known.has(name));
  if (strange !== undefined)
    throw new Refusal(400, `host=${quoted(strange)}: there is no such host`);
  const chosen = names && new Set(names);
  const families = sections && familiesOf(sections, view.catalogue);
  return {
    host: (name) => (chosen?.has(name) ?? true) && (!shard || isIn(name, shard)),
    family: (family) => families?.has(family) ?? true,
    self: !names && !sections && (shard?.number ?? 1) === 1,
  };
}

/** Every name is in one shard of those that are counted together. */
export const isIn = (name: string, { number, count }: Shard): boolean =>
  Math.floor(share(name) * count) === number - 1;

function familiesOf(sections: readonly string[], catalogue: readonly Check[]): Set<object> {
  const wanted = new Set(sections);
  for (const name of wanted)
    if (!catalogue.some(({ section }) => section === name)) {
      const all = catalogue.map(({ section }) => section);
      const hint = didYouMean(name.slice(0, 40), all);
      throw new Refusal(400, `collect[]=${quoted(name)}: there is no check of that name${hint}`);
    }
  const metrics = catalogue.flatMap((check) => (wanted.has(check.section) ? check.metrics : []));
  return new Set(metrics.flatMap((one) => ("families" in one ? one.families : [one])));
}

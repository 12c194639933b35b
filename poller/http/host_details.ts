import { z } from "zod";
import type { PastPoll } from "../history.ts";
import { STATE_NAMES } from "../judge/state.ts";
import type { Levels } from "../judge/levels.ts";
import { printableJson } from "../printable.ts";
import type { Service } from "../services.ts";
import type { Snapshot } from "../snapshots.ts";
import { byBadness } from "./host_state.ts";

const seconds = z.number();
const bound = z.number().nullable().meta({ description: "null: never" });
const levels = z.strictObject({ warn: bound, crit: bound });

const service = z.strictObject({
  service: z.string(),
  check: z.string(),
  item: z.string().optional(),
  state: z.enum(STATE_NAMES),
  summary: z.string(),
  details: z.string().optional(),
  rule: z.string().optional().meta({ description: "what decided: rules[0] of the config" }),
  perfdata: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number().nullable(),
      upper: levels.optional().meta({ description: "hit at these values and above" }),
      lower: levels.optional().meta({ description: "hit below these values" }),
      min: z.number().nullable().optional(),
      max: z.number().nullable().optional(),
    }),
  ),
});

const section = z.strictObject({
  name: z.string(),
  known: z.boolean().meta({ description: "whether a check reads it" }),
  age: seconds.meta({ description: "seconds since it was made" }),
  cachedFor: seconds
    .optional()
    .meta({ description: "seconds for which the agent serves it; absent: made for each report" }),
  error: z.string().optional(),
  lines: z.int().min(0).optional().meta({ description: "where no check reads it" }),
});

const poll = z.strictObject({
  at: z.number().meta({ description: "epoch seconds at its end" }),
  seconds,
  reason: z.string().optional().meta({ description: "absent: all went well" }),
  bytes: z.int().min(0).optional(),
  phases: z
    .strictObject({
      ...{ wait: seconds, dns: seconds.optional(), connect: seconds, tls: seconds.optional() },
      ...{ firstByte: seconds, read: seconds },
      ...{ parse: seconds.optional(), judge: seconds.optional(), render: seconds.optional() },
    })
    .optional(),
});

/** What is told of one host only: long lists. */
export const hostDetails = {
  services: z.array(service),
  sections: z.array(section),
  polls: z.array(poll).meta({ description: "the last 20, the latest first" }),
};

/** The same as JSON, bit by bit. `now` in epoch seconds. */
export function* hostParts(
  snapshot: Snapshot | undefined,
  polls: readonly PastPoll[],
  now: number,
): Generator<string> {
  yield* list("services", byBadness(snapshot?.services ?? []), serviceOf);
  yield* list("sections", sectionsOf(snapshot, now), (one) => one);
  yield* list("polls", polls, (one): z.output<typeof poll> => ({ ...one }));
}

function* list<One>(name: string, all: readonly One[], shown: (one: One) => object) {
  yield `,"${name}":[`;
  for (const [i, one] of all.entries()) yield `${i === 0 ? "" : ",\n"}${printableJson(shown(one))}`;
  yield "]";
}

const serviceOf = (one: Service): z.output<typeof service> => ({
  service: one.service,
  check: one.check,
  item: one.item,
  state: STATE_NAMES[one.state],
  summary: one.summary,
  details: one.details,
  rule: one.rule?.origin,
  perfdata: (one.perfdata ?? []).map(({ name, value, levels: own, min, max }) => ({
    name,
    value: finite(value),
    upper: own?.upper && bounds(own.upper),
    lower: own?.lower && bounds(own.lower),
    min: min === undefined ? undefined : finite(min),
    max: max === undefined ? undefined : finite(max),
  })),
});

const bounds = ({ warn, crit }: Levels) => ({ warn: finite(warn), crit: finite(crit) });

/** JSON has no other numbers. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What came with the last report, known sections first. */
export function sectionsOf(
  snapshot: Snapshot | undefined,
  now: number,
): z.output<typeof section>[] {
  const outcome = snapshot?.outcome;
  if (!outcome) return [];
  const made = (at: number = outcome.at): number => Math.max(0, Math.round((now - at) * 1e3) / 1e3);
  return [
    ...outcome.sections.map(({ name, cached, error }) => ({
      ...{ name, known: true, age: made(cached?.at), cachedFor: cached?.interval, error },
    })),
    ...outcome.unknown.map(({ name, cached, lines }) => ({
      ...{ name, known: false, age: made(cached?.at), cachedFor: cached?.interval, lines },
    })),
  ];
}

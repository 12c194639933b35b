/**
 * A snapshot on its way from the process that polled to the one that shows it. What later polls alone
 * need stays behind; what is as it was in the last snapshot of the host is only named.
 */
import { isDeepStrictEqual } from "node:util";
import { checks } from "../checks/index.ts";
import type { Metrics } from "../families.ts";
import { pollFamilies, reportFamilies } from "../host_metrics.ts";
import type { Rule } from "../judge/rules.ts";
import type { Block } from "../render.ts";
import { type Bundle, Services } from "../services.ts";
import type { Memory, Outcome, Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";

/**
 * What is made once and then kept from poll to poll; a number is a place in the list of the last
 * snapshot. `undefined`: as it was.
 */
type SentList<Part> = readonly (number | Part)[] | undefined;

/** Metrics by their place among all. */
type SentBlock = Omit<Block, "metrics"> & { readonly metrics: number };

type Section = Outcome["sections"][number];

/** Parts that are looked through; the others of an outcome are sent as they are. */
const LOOKED_THROUGH = ["services", "sections", "blocks", "times", "memory"] as const;

interface SentOutcome {
  /** Those that are not as they were. */
  readonly facts: Partial<Omit<Outcome, (typeof LOOKED_THROUGH)[number]>>;
  /** Families by their place among all. */
  readonly times: readonly (readonly [family: number, time: number])[];
  readonly services: SentList<Bundle>;
  readonly sections: SentList<Section>;
  readonly blocks: SentList<SentBlock>;
}

/** A snapshot as it is sent; it can be cloned. */
export interface SnapshotMessage {
  readonly name: string;
  /** Whether others speak for it. */
  readonly isGuest: boolean;
  /** Of a guest, unless it is as it was; others are known by their names. */
  readonly host: Host | undefined;
  /** Whether it can be read without an earlier one. */
  readonly isWhole: boolean;
  readonly facts: Omit<Snapshot, "host" | "services" | "blocks" | "outcome">;
  readonly services: SentList<Bundle>;
  readonly blocks: SentList<SentBlock>;
  readonly outcome: SentOutcome | "same" | undefined;
}

// All processes run the same program: places are the same in each.
const reportsOfAll = reportFamilies(checks);
const families = [...pollFamilies.list, ...reportsOfAll.list];
const familyPlaces = new Map(families.map((family, place) => [family, place]));
const given = [pollFamilies, reportsOfAll].flatMap((some) =>
  some.list.flatMap((family) => some.givers(family).map((giver) => giver.metrics)),
);
const metrics: readonly Metrics[] = [
  ...new Set([...given, ...checks.map((check) => check.metrics)]),
];
const metricsPlaces = new Map(metrics.map((some, place) => [some, place]));

const NO_MEMORY: Memory = { previous: new Map(), since: new Map() };

/** Writes a snapshot for who has the `last` one that was sent of its host. */
export function encode(snapshot: Snapshot, last: Snapshot | undefined): SnapshotMessage {
  const { host, services, blocks, outcome, ...facts } = snapshot;
  // A part that stands in two places is sent once: cloning keeps what is one object one object.
  const bundle = once((one: Bundle): Bundle => one);
  const block = once((one: Block): SentBlock => ({
    ...one,
    metrics: placeIn(metricsPlaces, one.metrics),
  }));
  const section = ({ name, cached, error }: Section): Section => ({ name, cached, error });
  const outcomeOf = (now: Outcome, before: Outcome | undefined): SentOutcome => ({
    facts: changed(now, before),
    times: Array.from(now.times, ([family, time]) => [placeIn(familyPlaces, family), time]),
    services: list(now.services.bundles, before?.services.bundles, bundle),
    sections: list(now.sections, before?.sections, section),
    blocks: list(now.blocks, before?.blocks, block),
  });
  const isGuest = host.guestOf !== undefined;
  return {
    name: host.name,
    isGuest,
    isWhole: last === undefined,
    facts,
    host: !isGuest || isDeepStrictEqual(host, last?.host) ? undefined : host,
    services: list(services.bundles, last?.services.bundles, bundle),
    blocks: list(blocks, last?.blocks, block),
    outcome: outcome && (outcome === last?.outcome ? "same" : outcomeOf(outcome, last?.outcome)),
  };
}

function list<Part, To>(
  now: readonly Part[],
  before: readonly Part[] | undefined,
  write: (part: Part) => To,
): SentList<To> {
  if (now === before) return undefined;
  return now.map((part, at) => {
    // Most stand where they stood.
    const place = before?.[at] === part ? at : (before?.indexOf(part) ?? -1);
    return place < 0 ? write(part) : place;
  });
}

function placeIn<Thing extends object>(places: ReadonlyMap<Thing, number>, thing: Thing): number {
  const place = places.get(thing);
  if (place === undefined) throw new Error("metrics that no check gives");
  return place;
}

function changed(now: Outcome, before: Outcome | undefined): SentOutcome["facts"] {
  const others: readonly string[] = LOOKED_THROUGH;
  const all = Object.entries(now) as [keyof Outcome, unknown][];
  return Object.fromEntries(
    all.filter(
      ([key, value]) => !others.includes(key) && !(before && isDeepStrictEqual(value, before[key])),
    ),
  );
}

function thingAt<Thing>(things: readonly Thing[], place: number): Thing {
  const thing = things[place];
  if (thing === undefined) throw new Error("what is not there was named");
  return thing;
}

/** Reads what one process sends. */
export class Reader {
  readonly #last = new Map<string, Snapshot>();
  /** By where they stand in the config: snapshots share them. */
  readonly #rules = new Map<string, Rule>();

  /**
   * The snapshot of a message; `host` is that of its name, where the config lists it. `undefined`
   * where there is no such host, or the message is about what has been forgotten.
   */
  read(message: SnapshotMessage, host: Host | undefined): Snapshot | undefined {
    const last = message.isWhole ? undefined : this.#last.get(message.name);
    const whose = message.isGuest ? (message.host ?? last?.host) : host;
    if (!whose || (!last && !message.isWhole)) return undefined;
    const snapshot = this.decode(message, whose, last);
    this.#last.set(message.name, snapshot);
    return snapshot;
  }

  /** Nothing that comes builds on what is known of a host. */
  forget(name: string): void {
    this.#last.delete(name);
  }

  decode(message: SnapshotMessage, host: Host, last?: Snapshot): Snapshot {
    const { facts, services, blocks, outcome } = message;
    const bundle = once((sent: Bundle) => this.#bundle(sent));
    const block = once((sent: SentBlock) => ({
      ...sent,
      metrics: thingAt(metrics, sent.metrics),
      text: owned(sent.text),
    }));
    const section = (sent: Section): Section => sent;
    const servicesOf = (sent: SentList<Bundle>, before = NONE): Services =>
      sent ? new Services(read(sent, before.bundles, bundle)) : before;
    const before = last?.outcome;
    const outcomeOf = (sent: SentOutcome): Outcome => ({
      ...({ ...before, ...sent.facts } as Outcome),
      times: new Map(sent.times.map(([place, time]) => [thingAt(families, place), time])),
      services: servicesOf(sent.services, before?.services),
      sections: read(sent.sections, before?.sections, section),
      blocks: read(sent.blocks, before?.blocks, block),
      memory: NO_MEMORY,
    });
    return {
      host,
      ...facts,
      services: servicesOf(services, last?.services),
      blocks: read(blocks, last?.blocks, block),
      outcome: outcome === "same" ? before : outcome && outcomeOf(outcome),
    };
  }

  #bundle({ rest, rules, ...one }: Bundle): Bundle {
    return {
      ...one,
      rest: typeof rest === "string" ? rest : owned(rest),
      rules: rules.length === 0 ? NO_RULES : rules.map((rule) => this.#rule(rule)),
    };
  }

  #rule(rule: Rule): Rule {
    const known = this.#rules.get(rule.origin);
    if (known && isDeepStrictEqual(known, rule)) return known;
    this.#rules.set(rule.origin, rule);
    return rule;
  }
}

const NO_RULES: readonly Rule[] = [];

const NONE = new Services([]);

const read = <From, Part>(
  sent: SentList<From>,
  before: readonly Part[] = [],
  make: (sent: From) => Part,
): readonly Part[] =>
  sent?.map((one) => (typeof one === "number" ? thingAt(before, one) : make(one))) ?? before;

/** Makes one thing of each: what is one object stays one. */
function once<From extends object, To extends object>(make: (from: From) => To) {
  const made = new Map<From, To>();
  return (from: From): To => {
    const to = made.get(from) ?? make(from);
    made.set(from, to);
    return to;
  };
}

/** A copy: what came would keep the whole message alive that it came with. */
function owned(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** How a host is not as it was, or as it has to be. */
import { type Account, namesIn } from "./account.ts";
import { AGENT } from "./agent_service.ts";
import {
  compare,
  type Differences,
  type Known,
  learn,
  MAX_REMEMBERED,
  type Sighting,
} from "./judge/baseline.ts";
import type { Judgement } from "./judge/evaluate.ts";
import { concerns, type Requirement, type Subject } from "./judge/rules.ts";
import { CRIT } from "./judge/state.ts";
import type { Section } from "./sections.ts";
import { bundle, type Bundle, opened, type Service, Services } from "./services.ts";

export interface Found {
  readonly differences: Differences;
  /** What is to be known from now on; absent: what was known stands. */
  readonly known?: Known | undefined;
}

interface Circumstances {
  /** Epoch seconds at which the report came. */
  readonly at: number;
  readonly known?: (() => Known | undefined) | undefined;
}

/** Compares what came with what was known of the host. */
export function compared(
  sections: ReadonlyMap<string, Section>,
  { sections: accounts, baseline }: Judgement<Account>,
  { at, known }: Circumstances,
): Found {
  const sighting: Sighting = {
    at,
    sections: [...sections.keys()],
    services: accounts.flatMap(namesIn).slice(0, MAX_REMEMBERED),
    compared: baseline,
  };
  const before = known?.();
  const after = learn(before, sighting, (name, service, item) =>
    accounts.some(
      (one) =>
        one.name === name &&
        [...opened(one.services)].some((of) => of.service === service && isOf(of, item)),
    ),
  );
  const differences = compare(before ?? sighting, sighting);
  return after === before ? { differences } : { differences, known: after };
}

/** Services that have to be there and are not. */
export function missing(
  require: readonly Requirement[],
  subject: Subject,
  accounts: readonly Account[],
): readonly Bundle[] {
  if (require.length === 0) return [];
  const there = new Set([AGENT, ...new Services(accounts.map(({ services }) => services)).names()]);
  const absent = require
    .filter((one) => concerns(one, subject) && !there.has(one.service))
    .map(({ service, origin }) => ({
      service,
      state: CRIT,
      summary: `is not there, and has to be (${origin})`,
    }));
  return absent.length === 0 ? [] : [bundle("require", absent)];
}

/** The item of an interface is its number, while it is remembered by its name. */
const isOf = ({ item, service }: Service, remembered: string): boolean =>
  item === remembered || service.endsWith(` ${remembered}`);

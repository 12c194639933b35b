/** What a section came to, as it is kept from poll to poll. */
import type { Cached } from "../wire/header.ts";
import { AGENT } from "./agent_service.ts";
import type { Judged } from "./judge/evaluate.ts";
import { lasting, type Since } from "./judge/lasting.ts";
import type { Ruled } from "./judge/ruled.ts";
import type { Block } from "./render.ts";
import { bundle, type Bundle, opened } from "./services.ts";

/** A section that a check read. */
export interface Account {
  readonly name: string;
  readonly cached?: Cached | undefined;
  /** What was wrong with the section, or with its check. */
  readonly error?: string | undefined;
  /** What it says of the agent. */
  readonly said: readonly Ruled[];
  readonly services: Bundle;
  /** Whether a state counts only once it has lasted. */
  readonly isLasting: boolean;
  /** Its metrics; absent where there are none, or the section could not be read. */
  readonly block?: Block | undefined;
  /** Whether no other section gave any of its metrics. */
  readonly isAlone: boolean;
}

export function accountOf(
  { check, cached, error, results }: Judged,
  metrics: Pick<Account, "block" | "isAlone">,
): Account {
  const isOfAgent = ({ service }: Ruled): boolean => service === AGENT;
  const said = results.some(isOfAgent) ? results.filter(isOfAgent) : NOBODY;
  const others = said === NOBODY ? results : results.filter((one) => !isOfAgent(one));
  return {
    name: check.section,
    cached,
    error,
    said,
    services: bundle(check.section, others),
    isLasting: others.some(({ rule }) => rule?.forSeconds !== undefined),
    ...metrics,
  };
}

const NOBODY: readonly Ruled[] = [];

/** Its services as they count now; `since` is told since when they are not OK. */
export function lasted(
  { isLasting, services }: Account,
  at: number,
  before: Since | undefined,
  since: Map<string, number>,
): Bundle {
  if (!isLasting) return services;
  const found = lasting([...opened(services)], at, before);
  for (const [service, from] of found.since) since.set(service, from);
  return bundle(services.check, found.results);
}

/** Names of its services, without the one that tells of a broken section, which comes last. */
export function namesIn({ error, services }: Account): string[] {
  const names = JSON.parse(services.names) as string[];
  return error === undefined ? names : names.slice(0, -1);
}

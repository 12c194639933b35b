import { CRIT, OK, STATE_NAMES, UNKNOWN, WARN } from "../judge/state.ts";
import type { Service, Services } from "../services.ts";
import type { Snapshot } from "../snapshots.ts";
import { where } from "../sources/failures.ts";
import type { Host } from "../targets/host.ts";

/** States of a host, worst first; `WAIT`: not polled yet. */
export const STATES = ["DOWN", "CRIT", "UNKNOWN", "WARN", "WAIT", "OK"] as const;
export type HostState = (typeof STATES)[number];

const WORST_FIRST = [CRIT, UNKNOWN, WARN] as const;

/** How a host is: as bad as its worst service. */
export function stateOf(snapshot: Snapshot | undefined): HostState {
  if (!snapshot) return "WAIT";
  if (!snapshot.up) return "DOWN";
  return STATE_NAMES[WORST_FIRST.find((state) => snapshot.services.has(state)) ?? OK];
}

const badness = ({ state }: Service): number => STATES.indexOf(STATE_NAMES[state]);

/** Services, worst first. */
export const byBadness = (services: Iterable<Service>): Service[] =>
  [...services].sort((a, b) => badness(a) - badness(b));

/** The services that are not OK, worst first. */
export const troubles = (services: Services): Service[] =>
  WORST_FIRST.some((state) => services.has(state))
    ? byBadness([...services].filter(({ state }) => state !== OK))
    : [];

/** A message without its host, which stands beside it. */
export function said(message: string, host: Host): string {
  const prefix = `${where(host)}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

/** A state as every monitoring system numbers it: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN. */
export type State = 0 | 1 | 2 | 3;

export const OK = 0 as const;
export const WARN = 1 as const;
export const CRIT = 2 as const;
export const UNKNOWN = 3 as const;

export const STATE_NAMES = ["OK", "WARN", "CRIT", "UNKNOWN"] as const;

// UNKNOWN is 3 and yet less bad than CRIT.
const BADNESS = [0, 1, 3, 2] as const;

export const worseOf = (a: State, b: State): State => (BADNESS[b] > BADNESS[a] ? b : a);

/** The worst of some states, in the order OK < WARN < UNKNOWN < CRIT; OK of none. */
export function worst(states: Iterable<State>): State {
  let result: State = OK;
  for (const state of states) result = worseOf(result, state);
  return result;
}

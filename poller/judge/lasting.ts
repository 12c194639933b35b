import { duration } from "./format.ts";
import type { Ruled } from "./ruled.ts";
import { OK } from "./state.ts";

/** Since when services are not OK whose rule wants that to last: names, and epoch seconds. */
export type Since = ReadonlyMap<string, number>;

export interface Lasting {
  readonly results: readonly Ruled[];
  /** To be handed to the next poll. */
  readonly since: Since;
}

/** A state that has not lasted as long as its rule says counts as OK, and tells so. */
export function lasting(results: readonly Ruled[], at: number, before?: Since): Lasting {
  const since = new Map<string, number>();
  const judged = results.map((result) => {
    const seconds = result.rule?.forSeconds;
    if (seconds === undefined || result.state === OK) return result;
    const from = Math.min(before?.get(result.service) ?? at, at);
    since.set(result.service, from);
    const so = at - from;
    if (so >= seconds) return result;
    const counts = `(for ${duration(so)}, counts after ${duration(seconds)})`;
    return { ...result, state: OK, summary: `${result.summary} ${counts}` };
  });
  return { results: judged, since };
}

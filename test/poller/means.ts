/** What polls are done with, and what they leave, for tests. */
import { judging } from "../../poller/judging.ts";
import type { Check } from "../../poller/judge/check.ts";
import { forgetful } from "../../poller/memory/store.ts";
import { Piggyback } from "../../poller/piggyback.ts";
import type { Means } from "../../poller/poll.ts";
import { bundle, type Service, Services } from "../../poller/services.ts";
import { type Outcome, type Snapshot, Snapshots } from "../../poller/snapshots.ts";
import { tcp } from "../../poller/sources/tcp.ts";
import { hostOf } from "./hosts.ts";

/** Real means that remember nothing when the test is over; `snapshots` is what `last` looks at. */
export function meansOf(
  catalogue: readonly Check[],
  own: Partial<Means> & { readonly hosts?: readonly string[] } = {},
): Means & { readonly snapshots: Snapshots } {
  const { hosts = ["web1"], ...others } = own;
  const snapshots = new Snapshots();
  return {
    source: tcp({ concurrency: 4, maxOpen: 4 }),
    judging: judging(catalogue),
    store: forgetful(),
    piggyback: new Piggyback(hosts),
    last: (name) => snapshots.get(name),
    snapshots,
    ...others,
  };
}

/** Services of any checks, as they are kept. */
export const servicesOf = (all: readonly Service[]): Services =>
  new Services(all.map((one) => bundle(one.check, [one])));

/** What a report came to of which nothing is known but this. */
export const outcomeOf = (own: Partial<Outcome> = {}): Outcome => ({
  ...{ at: 1, bytes: 1, services: servicesOf([]), facts: {}, sections: [], unknown: [] },
  blocks: [],
  differences: { missingSections: [], newServices: [], vanishedServices: [] },
  ...{ time: 1, times: new Map() },
  ...{ drops: { duplicate: 0, limit: 0, truncated: 0 }, limits: {} },
  memory: { previous: new Map(), since: new Map() },
  ...own,
});

/** A poll that brought a report of which nothing is known but this. */
export const snapshotOf = (own: Partial<Snapshot> = {}): Snapshot => ({
  ...{ host: hostOf(1), at: 1, up: true, errors: {}, missed: 0, seconds: 1 },
  ...{ services: servicesOf([]), blocks: [], outcome: outcomeOf() },
  ...own,
});

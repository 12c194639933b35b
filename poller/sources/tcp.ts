import { Connection } from "./connection.ts";
import { Credentials } from "./credentials.ts";
import { where } from "./failures.ts";
import { Lanes } from "./lanes.ts";
import { Lookup, type LookupState } from "./lookup.ts";
import { Opener } from "./opener.ts";
import { Slots } from "./slots.ts";
import { FetchError, type Source } from "./source.ts";
import { Turns } from "./turns.ts";

export interface TcpLimits {
  /** Reports that are read and processed at once. */
  readonly concurrency: number;
  /** Connections that are open at once, most of which only wait. */
  readonly maxOpen: number;
}

/** Long reports that are read and processed at once: each may keep the event loop for a while. */
const LONG_CONCURRENCY = 2;

/** What all sources share: turns of the event loop, keys, and the addresses of names. */
export interface Common {
  readonly turns: Turns;
  readonly opener: Opener;
  readonly lookup: Lookup;
}

export function common(lookup = new Lookup()): Common {
  const turns = new Turns();
  return { turns, opener: new Opener(turns), lookup };
}

/** What fetching is about at the moment, and what came of it since the start. */
export interface Activity {
  /** Fetches that may have a connection, most of which only wait; `maxOpen` at once. */
  readonly open: number;
  /** Those that are read or processed; `concurrency` at once, and a few whose reports are long. */
  readonly busy: number;
  /** Those that queue: for leave to connect, for a slot, for a turn of the event loop. */
  readonly waiting: { readonly connection: number; readonly slot: number; readonly turn: number };
  readonly receivedBytes: number;
  readonly lookup: LookupState;
}

export interface WatchedSource extends Source {
  activity(): Activity;
}

/** Fetches over TCP from agents that answer in plain text, encrypted, or with TLS. */
export function tcp(
  { concurrency, maxOpen }: TcpLimits,
  { turns, opener, lookup }: Common = common(),
): WatchedSource {
  const lanes = new Lanes(maxOpen);
  const slots = new Slots(concurrency);
  const longSlots = new Slots(LONG_CONCURRENCY);
  let receivedBytes = 0;
  const onBytes = (count: number): void => void (receivedBytes += count);
  const credentials = new Credentials();
  const equipment = { slots, longSlots, lookup, opener, credentials, turns, onBytes };
  const fetch: Source = (host, signal, use) => {
    const askedAt = performance.now();
    return lanes.enter(host, async () => {
      signal.throwIfAborted();
      // An empty address would mean this machine.
      if (host.address === "")
        throw new FetchError("unreachable", `${where(host)}: has no address`);
      const connection = new Connection(host, signal, equipment, performance.now() - askedAt);
      try {
        const { bytes, phases } = await connection.report;
        return await turns.take((waited) =>
          use({
            bytes,
            phases: Object.assign({}, phases, { wait: phases.wait + waited }),
          }),
        );
      } finally {
        connection.close();
        lanes.note(host, connection.hung);
      }
    });
  };
  const activity = (): Activity => ({
    open: lanes.open,
    busy: slots.busy + longSlots.busy,
    receivedBytes,
    lookup: lookup.state,
    waiting: {
      connection: lanes.waiting,
      slot: slots.waiting + longSlots.waiting,
      turn: turns.waiting,
    },
  });
  return Object.assign(fetch, { activity });
}

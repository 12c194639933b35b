import { Connection } from "./connection.ts";
import { Credentials } from "./credentials.ts";
import { where } from "./failures.ts";
import { Lanes } from "./lanes.ts";
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

/** What all sources share: turns of the event loop, and keys. */
export interface Common {
  readonly turns: Turns;
  readonly opener: Opener;
}

export function common(): Common {
  const turns = new Turns();
  return { turns, opener: new Opener(turns) };
}

/** Fetches over TCP from agents that answer in plain text, encrypted, or with TLS. */
export function tcp(
  { concurrency, maxOpen }: TcpLimits,
  { turns, opener }: Common = common(),
): Source {
  const lanes = new Lanes(maxOpen);
  const equipment = {
    slots: new Slots(concurrency),
    opener,
    credentials: new Credentials(),
    turns,
  };
  return (host, signal, use) => {
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
          use({ bytes, phases: { ...phases, wait: phases.wait + waited } }),
        );
      } finally {
        connection.close();
        lanes.note(host, connection.hung);
      }
    });
  };
}

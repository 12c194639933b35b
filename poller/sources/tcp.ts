import { Connection } from "./connection.ts";
import { Lanes } from "./lanes.ts";
import { Slots } from "./slots.ts";
import type { Source } from "./source.ts";
import { Turns } from "./turns.ts";

export interface TcpLimits {
  /** Reports that are read and processed at once. */
  readonly concurrency: number;
  /** Connections that are open at once, most of which only wait. */
  readonly maxOpen: number;
}

/** Fetches over TCP from agents that answer in plain text. */
export function tcp({ concurrency, maxOpen }: TcpLimits): Source {
  const lanes = new Lanes(maxOpen);
  const slots = new Slots(concurrency);
  const turns = new Turns();
  return (host, signal, use) => {
    const askedAt = performance.now();
    return lanes.enter(host, async () => {
      signal.throwIfAborted();
      const connection = new Connection(host, signal, slots, performance.now() - askedAt);
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

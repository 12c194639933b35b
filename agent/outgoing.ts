/** Reports as they leave the host: each is encrypted and framed once, whoever takes it. */
import { frame } from "../wire/tls.ts";
import type { Report } from "./report.ts";
import type { Sealer } from "./sealer.ts";

export interface Outgoing {
  readonly report: Report;
  /** What goes over a connection without TLS: plain text, or sealed where there is a passphrase. */
  readonly bytes: Buffer;
  /** The same in the frame that goes over TLS. */
  readonly frame?: Buffer;
}

export interface Packing {
  readonly sealer?: Sealer | undefined;
  readonly tls?: boolean;
}

/** Seals and frames a report, as far as it is asked for. */
export async function pack(report: Report, { sealer, tls = false }: Packing): Promise<Outgoing> {
  const bytes = sealer ? sealer.seal(report.bytes) : report.bytes;
  // What is encrypted does not get shorter.
  return tls
    ? { report, bytes, frame: await frame(bytes, { compress: !sealer }) }
    : { report, bytes };
}

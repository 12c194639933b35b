import { type Phases, REASONS, type Reason } from "./sources/source.ts";

/** A poll that is over, in short. */
export interface PastPoll {
  /** Epoch seconds at its end. */
  readonly at: number;
  /** Without waiting for the poller. */
  readonly seconds: number;
  /** Absent: all went well. */
  readonly reason?: Reason | undefined;
  /** Of the report; absent where none came. */
  readonly bytes?: number | undefined;
  readonly phases?: Phases | undefined;
}

/** Polls that are remembered of each host. */
export const MAX_POLLS = 20;

// Per poll: a double for the moment, a word for the bytes, floats for seconds and phases, a byte for
// the reason: thousands of hosts are kept in a few megabytes.
const PHASES = [
  ...(["wait", "dns", "connect", "tls", "firstByte", "read"] as const),
  ...(["parse", "judge", "render"] as const),
] as const;
const [AT, SIZE, SECONDS, FIRST_PHASE] = [0, 8, 12, 16] as const;
const REASON = FIRST_PHASE + 4 * PHASES.length;
const BYTES = 56;
/** There is no such value. */
const NO_BYTES = 0xff_ff_ff_ff;
const NO_REASON = 255;

interface Ring {
  readonly view: DataView<ArrayBuffer>;
  /** Polls there have been. */
  count: number;
}

/** The last polls of each host. */
export class History {
  readonly #rings = new Map<string, Ring>();

  note(host: string, { at, seconds, reason, bytes, phases }: PastPoll): void {
    const ring = this.#rings.get(host) ?? {
      view: new DataView(new ArrayBuffer(MAX_POLLS * BYTES)),
      count: 0,
    };
    this.#rings.set(host, ring);
    const start = (ring.count % MAX_POLLS) * BYTES;
    ring.count++;
    const { view } = ring;
    view.setFloat64(start + AT, at);
    view.setUint32(start + SIZE, Math.min(bytes ?? NO_BYTES, NO_BYTES));
    view.setFloat32(start + SECONDS, seconds);
    for (let index = 0; index < PHASES.length; index++)
      view.setFloat32(start + FIRST_PHASE + 4 * index, phases?.[PHASES[index] ?? "wait"] ?? NaN);
    view.setUint8(start + REASON, reason === undefined ? NO_REASON : REASONS.indexOf(reason));
  }

  /** The last one first. */
  of(host: string): readonly PastPoll[] {
    const ring = this.#rings.get(host);
    if (!ring) return [];
    return Array.from({ length: Math.min(ring.count, MAX_POLLS) }, (_, back) =>
      read(ring.view, ((ring.count - 1 - back) % MAX_POLLS) * BYTES),
    );
  }

  forget(host: string): void {
    this.#rings.delete(host);
  }
}

function read(view: DataView, start: number): PastPoll {
  const bytes = view.getUint32(start + SIZE);
  const spent = PHASES.map((phase, index) => {
    const seconds = view.getFloat32(start + FIRST_PHASE + 4 * index);
    return [phase, inMicroseconds(seconds)] as const;
  }).filter(([, seconds]) => !Number.isNaN(seconds));
  return {
    at: view.getFloat64(start + AT),
    seconds: inMicroseconds(view.getFloat32(start + SECONDS)),
    reason: REASONS[view.getUint8(start + REASON)],
    bytes: bytes === NO_BYTES ? undefined : bytes,
    phases: spent.length === 0 ? undefined : { ...NO_TIME, ...Object.fromEntries(spent) },
  };
}

/** Phases that every poll has. */
const NO_TIME = { wait: 0, connect: 0, firstByte: 0, read: 0 } as const satisfies Phases;

/** Without the digits that are none. */
const inMicroseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

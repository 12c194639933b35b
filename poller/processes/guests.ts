import { VALID_INTERVALS } from "../piggyback.ts";
import type { Snapshot } from "../snapshots.ts";

/** After so long that a guest's process should have told of its silence, it never will. */
const GRACE_SECONDS = 15;

interface Teller {
  readonly process: number;
  /** When it told, in epoch seconds. */
  readonly at: number;
  /** For how many seconds what it told holds. */
  readonly span: number;
  readonly up: boolean;
}

/** Whether what was told holds, or did so many seconds ago; a clock may be put back. */
const holds = ({ at, span, up }: Teller, now: number, ago = 0): boolean =>
  up && Math.abs(now - at) <= span + ago;

/** Who tells of a guest, where that has changed; `undefined`: nobody. */
type TellerChange = readonly [guest: string, process: number | undefined];

/**
 * Which process tells of which guest. The first that does so goes on; another one may when what the
 * first said holds no more.
 */
export class Guests {
  readonly #tellers = new Map<string, Teller>();
  #changes = new Map<string, number | undefined>();

  /** Whether a process may tell this of a guest; if so, it is the one that does. */
  accept({ host, up, at }: Snapshot, process: number): boolean {
    const teller = this.#tellers.get(host.name);
    const isOther = teller !== undefined && teller.process !== process;
    if (isOther && (!up || holds(teller, at))) return false;
    const span = VALID_INTERVALS * host.intervalSeconds;
    this.#tellers.set(host.name, { process, at, span, up });
    if (!up) this.#changes.set(host.name, undefined);
    else if (isOther || !teller?.up) this.#changes.set(host.name, process);
    return true;
  }

  /** Which process tells of a guest, or did last. */
  tellerOf(guest: string): number | undefined {
    return this.#tellers.get(guest)?.process;
  }

  /** Guests of which other processes tell. */
  withoutThoseOf(process: number): string[] {
    return [...this.#tellers].flatMap(([guest, one]) =>
      one.up && one.process !== process ? guest : [],
    );
  }

  forget(guest: string): void {
    if (this.#tellers.delete(guest)) this.#changes.set(guest, undefined);
  }

  /**
   * Lets others tell of guests of which nothing holds any more. Gives those of which the process that
   * told will never say so: it has died.
   */
  expire(now: number): readonly string[] {
    for (const [guest, teller] of this.#tellers)
      if (teller.up && !holds(teller, now)) this.#changes.set(guest, undefined);
    const orphans = [...this.#tellers].flatMap(([guest, teller]) =>
      teller.up && !holds(teller, now, GRACE_SECONDS) ? guest : [],
    );
    for (const guest of orphans) this.forget(guest);
    return orphans;
  }

  /** What has changed since it was asked last. */
  changes(): readonly TellerChange[] {
    const changes = [...this.#changes];
    this.#changes = new Map();
    return changes;
  }
}

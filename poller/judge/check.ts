import type { Family, PerThing } from "./metrics.ts";
import type { Perf } from "./perfdata.ts";
import type { State } from "./state.ts";

/** The lines of a section, decoded; split only when they are asked for as rows. */
export interface Rows extends Iterable<readonly string[]> {
  /** Non-blank lines, stripped at both ends unless the header says `nostrip`. */
  lines(): Iterable<string>;
}

/** One state of one service. */
export interface Result {
  /** The service's name in full, with the item where there is one: `Filesystem /home`. */
  readonly service: string;
  /** What tells services of one check apart: `/home`. */
  readonly item?: string;
  readonly state: State;
  /** One line. */
  readonly summary: string;
  /** Further lines. */
  readonly details?: string;
  readonly perfdata?: readonly Perf[];
}

/**
 * What data is judged by. What is asked for counts: a section that comes again as it was is judged
 * anew only where a time or the poll before was asked for, and is another now.
 */
export interface Context<Data, Params> {
  readonly params: Params;
  /** Epoch seconds of the data. */
  readonly at: number;
  /** Epoch seconds of the poll, by the poller's clock. */
  readonly polledAt?: number;
  /** The data of the poll before, for rates. Never of the same instant. */
  readonly previous?: { readonly data: Data; readonly at: number } | undefined;
  /** What the check had to remember when the host was first seen or last accepted. */
  readonly baseline?: Readonly<Record<string, string>> | undefined;
}

/**
 * What is made of one section: data from its rows, metrics and service states from the data.
 * A check is pure: no clock, no file, no socket.
 */
export interface Check<Data = unknown, Params extends object = object> {
  /** The section's name on the wire, and the check's. */
  readonly section: string;
  /** The check of an older form of the same thing: a rule about that one is about this one too. */
  readonly formOf?: string;
  /** Levels and other settings with their defaults; ratios, bytes, seconds. */
  readonly params: Params;
  /** Set where `evaluate` looks at `previous`; only such data is kept until the next poll. */
  readonly comparesWithPrevious?: true;
  /**
   * `undefined`: as if the section had not been sent. Throws ParseError. `params` are for checks
   * that read closely only what they were told to watch; absent: the check's own.
   */
  parse(rows: Rows, params?: Params): Data | undefined;
  /** What later reports are to be compared with: short texts by item, or by how a service's name ends. */
  baseline?(data: Data): Readonly<Record<string, string>>;
  /** What is known of the host by this section: for rules to select hosts by. */
  facts?(data: Data): Readonly<Record<string, string>>;
  /**
   * Settings that have no default, or whose default does not show what may be in them; a key `*`
   * stands for any, and what not all elements of a list have may be left out. For whoever writes and
   * reads settings.
   */
  readonly example?: Partial<Params>;
  /** Names of settings that are states, or mappings to states. */
  readonly states?: readonly string[];
  /** Epoch seconds that the section itself states as its time. */
  time?(data: Data): number | undefined;
  readonly metrics: readonly (Family<Data> | PerThing<Data>)[];
  evaluate(data: Data, context: Context<Data, Params>): Iterable<Result>;
}

/** A section that cannot be read: what was wrong, and with which line. */
export class ParseError extends Error {
  override readonly name = "ParseError";
  constructor(what: string, line?: string) {
    super(line === undefined ? what : `${what}: ${JSON.stringify(line.slice(0, 120))}`);
  }
}

/** Hosts that speak through others: who may speak for whom, and what was last said. */
import { matchesAny } from "./judge/glob.ts";
import { LIMITS, parse, projectHostName, type HostReport } from "./parse.ts";
import { aged, both, type Section } from "./sections.ts";
import type { Host } from "./targets/host.ts";

/** For so many polls of its source what was said of a host holds. */
export const VALID_INTERVALS = 1.5;
/** After so long nobody remembers a host of which nothing was said any more. */
const FORGET_SECONDS = 86_400;

/** What one source said of a host. */
export interface Said {
  readonly source: Host;
  /** Epoch seconds. */
  readonly at: number;
  /** Its sections, with their headers. */
  readonly text: Buffer;
}

/** Hosts that other processes poll, or tell of. */
export interface Elsewhere {
  has(host: string): boolean;
  /** Hands on what a source says of one of them. */
  tell(host: string, said: Said): void;
}

const NOWHERE: Elsewhere = { has: () => false, tell: () => undefined };

export interface Received {
  /** Hosts that speak only through others, of which something new is known. */
  readonly guests: readonly string[];
  /** Names for which the source may not speak. */
  readonly refused: readonly string[];
  /** How many there were over the limit of one source. */
  readonly over: number;
}

export class Piggyback {
  /** By their names in lower case: case makes no other host. */
  #configured: ReadonlyMap<string, string> = new Map();
  /** By host, by source. */
  readonly #said = new Map<string, Map<string, Said>>();
  /** By source, the hosts that it speaks for: the one of which it said nothing for longest first. */
  readonly #spokenFor = new Map<string, Set<string>>();
  readonly #elsewhere: Elsewhere;
  #gone: string[] = [];

  /** `configured`: names of hosts that are polled themselves, here or elsewhere. */
  constructor(configured: Iterable<string>, elsewhere: Elsewhere = NOWHERE) {
    this.#elsewhere = elsewhere;
    this.configure(configured);
  }

  configure(configured: Iterable<string>): void {
    this.#configured = new Map(
      Array.from(configured, (name) => [asGuest(name).toLowerCase(), asGuest(name)]),
    );
  }

  /**
   * Takes what a source says of others. It may speak for hosts that nobody else speaks for, unless
   * its list says which ones; for hosts that are polled, and those of other sources, only where its
   * list says so.
   */
  receive(source: Host, reports: readonly HostReport[], at: number): Received {
    const [guests, refused]: [string[], string[]] = [[], []];
    let over = 0;
    for (const { host: said, parts } of reports) {
      if (said === "") continue;
      const host = this.#configured.get(said.toLowerCase()) ?? said;
      if (!this.#mayTell(source, host, at)) refused.push(host);
      else if (!this.#hasRoom(source, host, at)) over++;
      else {
        const text = Buffer.concat(parts.map((part) => part.text()));
        if (this.#elsewhere.has(host)) {
          this.#elsewhere.tell(host, { source, at, text });
          continue;
        }
        this.#keep(host, { source, at, text });
        if (!this.#isConfigured(host)) guests.push(host);
      }
    }
    return { guests, refused, over };
  }

  /** Takes what was said elsewhere, where the source was found to be allowed to, of a host that is here. */
  hear(host: string, said: Said): void {
    if (this.#hasRoom(said.source, host, said.at)) this.#keep(host, said);
  }

  /** What is valid of what was said of a host, the latest last. */
  said(host: string, at: number): readonly Said[] {
    const all = [...(this.#said.get(asGuest(host))?.values() ?? [])];
    return all.filter((one) => isValid(one, at)).sort((a, b) => a.at - b.at);
  }

  /** Hosts that speak only through others and of which nothing is valid any more, with the last. */
  silent(at: number): readonly { readonly host: string; readonly last: Said }[] {
    return Array.from(this.#said, ([host, said]) => {
      const last = [...said.values()].reduce((a, b) => (a.at >= b.at ? a : b));
      return { host, last };
    }).filter(({ host, last }) => !this.#isConfigured(host) && !isValid(last, at));
  }

  /** Forgets who has long been silent; gives the names of those that are forgotten since last asked. */
  forget(at: number): readonly string[] {
    for (const { host, last } of this.silent(at))
      if (at - last.at > FORGET_SECONDS)
        for (const source of [...(this.#said.get(host)?.keys() ?? [])]) this.#drop(host, source);
    const gone = this.#gone.filter((host) => !this.#said.has(host) && !this.#elsewhere.has(host));
    this.#gone = [];
    return gone;
  }

  #isConfigured(host: string): boolean {
    return this.#configured.has(host.toLowerCase());
  }

  #mayTell({ name, piggyback }: Host, host: string, at: number): boolean {
    if (piggyback) return matchesAny(host, piggyback);
    if (this.#isConfigured(host) || this.#elsewhere.has(host)) return false;
    return this.said(host, at).every(({ source }) => source.name === name);
  }

  /** A source that speaks for ever new hosts has those forgotten of which it says nothing any more. */
  #hasRoom({ name }: Host, host: string, at: number): boolean {
    const hosts = this.#spokenFor.get(name);
    if (!hosts || hosts.size < LIMITS.piggybackHosts || hosts.has(host)) return true;
    const [longest = ""] = hosts;
    const last = this.#said.get(longest)?.get(name);
    if (last && isValid(last, at)) return false;
    this.#drop(longest, name);
    return true;
  }

  #keep(host: string, said: Said): void {
    const { name } = said.source;
    const all = this.#said.get(host) ?? new Map<string, Said>();
    this.#said.set(host, all.set(name, said));
    const hosts = this.#spokenFor.get(name) ?? new Set();
    hosts.delete(host);
    this.#spokenFor.set(name, hosts.add(host));
  }

  #drop(host: string, source: string): void {
    const said = this.#said.get(host);
    said?.delete(source);
    this.#spokenFor.get(source)?.delete(host);
    if (said?.size !== 0) return;
    this.#said.delete(host);
    this.#gone.push(host);
  }
}

/** A name of the config as it would be one that somebody speaks for. */
export const asGuest = (name: string): string => projectHostName(name) ?? name;

const isValid = ({ at, source }: Said, now: number): boolean =>
  Math.abs(now - at) <= VALID_INTERVALS * source.intervalSeconds;

/** Sections of a host from several mouths; what came earlier tells how old it is. */
export function merged(
  own: ReadonlyMap<string, Section>,
  said: readonly Said[],
): ReadonlyMap<string, Section> {
  if (said.length === 0) return own;
  const all = new Map(own);
  for (const { source, at, text } of said)
    for (const section of parse(text).hosts.flatMap(({ sections }) => [...sections.values()])) {
      const before = all.get(section.name);
      const cached = section.cached ?? {
        at: Math.floor(at),
        interval: Math.ceil(VALID_INTERVALS * source.intervalSeconds),
      };
      all.set(section.name, before ? both(before, section) : aged(section, cached));
    }
  return all;
}

/**
 * What a monitoring site's notification spooler writes down of itself.
 *
 * Source: var/log/mknotifyd.state of each site below `[SITE]`: `Key: value`; `Spool`, `Queue` and
 *         `Connection` begin a block each
 */
import { integer } from "../judge/numbers.ts";

export interface Spooler {
  readonly site: string;
  /** Absent, with `updated`: the file is empty or damaged. */
  readonly version?: string | undefined;
  /** Epoch seconds. */
  readonly updated?: number | undefined;
  /** `New`, `Deferred`, `Corrupted`. */
  readonly spools: ReadonlyMap<string, Spool>;
  readonly connections: readonly Connection[];
}

export interface Spool {
  readonly count: number;
  /** Epoch seconds. */
  readonly oldest?: number | undefined;
  readonly youngest?: number | undefined;
}

export interface Connection {
  /** The other site, else its address; the port too where it says something. */
  readonly peer: string;
  /** `established`, `cooldown`, `initial`, `connecting`. */
  readonly state: string;
  readonly message?: string | undefined;
  /** Epoch seconds. */
  readonly since?: number | undefined;
  readonly sent?: number | undefined;
  readonly received?: number | undefined;
}

type Facts = Map<string, string>;

const TITLE = /^\[(.{1,200})\]$/;

/** Each site once. */
export function readSpoolers(lines: Iterable<string>): ReadonlyMap<string, Spooler> {
  const sites = new Map<string, Facts[]>();
  let blocks: Facts[] | undefined;
  let peer: string | undefined;
  for (const line of lines) {
    const [, site] = TITLE.exec(line) ?? [];
    if (site !== undefined) {
      blocks = [new Map()];
      sites.set(site, blocks);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const [key, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    // The name of the other site stands before the connection with it.
    if (key === "Site") peer = value.split(" (", 1)[0];
    else {
      if (/^(?:Spool|Queue|Connection)$/.test(key)) blocks?.push(new Map());
      blocks?.at(-1)?.set(key, value);
      if (key === "Connection" && peer !== undefined) blocks?.at(-1)?.set("Site", peer);
      if (key === "Connection") peer = undefined;
    }
  }
  return new Map(Array.from(sites, ([site, parts]) => [site, spooler(site, parts)]));
}

function spooler(site: string, [general = new Map(), ...parts]: readonly Facts[]): Spooler {
  const spools = new Map<string, Spool>();
  const connections = new Map<string, Connection>();
  for (const part of parts) {
    const name = part.get("Spool");
    if (name !== undefined)
      spools.set(name, {
        count: leading(part.get("Count")) ?? 0,
        oldest: leading(part.get("Oldest")),
        youngest: leading(part.get("Youngest")),
      });
    if (!part.has("Connection")) continue;
    const peer = free(peerOf(part), connections);
    connections.set(peer, {
      peer,
      state: part.get("State") ?? "unknown",
      message: part.get("Status Message"),
      since: leading(part.get("Since")),
      sent: leading(part.get("Notifications Sent")),
      received: leading(part.get("Notifications Received")),
    });
  }
  return {
    site,
    version: general.get("Version"),
    updated: leading(general.get("Updated")),
    spools,
    connections: [...connections.values()],
  };
}

/** Who calls us has another port each time. */
function peerOf(part: Facts): string {
  const address = part.get("Connection") ?? "";
  const own = part.get("Type") === "incoming" ? address.replace(/:\d{1,5}$/, "") : address;
  return part.get("Site") ?? own.replace(/^::ffff:(?=\d+\.)/, "");
}

/** Several connections with one peer are numbered. */
function free(name: string, taken: { has(name: string): boolean; readonly size: number }): string {
  if (!taken.has(name)) return name;
  const number = taken.size + 1;
  return `${name}/${String(number)}`;
}

/** The number before a date: `1571151346 (2019-10-15 16:55:46)`; `-` is none. */
const leading = (text = ""): number | undefined => integer(text.split(" ", 1)[0]);

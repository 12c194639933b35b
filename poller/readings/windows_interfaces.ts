/**
 * What a Windows host says of its network interfaces.
 *
 * Source: performance counters, object 510, Network Interface; Win32_NetworkAdapter or Get-NetAdapter,
 *         as plugins of the agent add them
 */
import { decimal } from "../judge/numbers.ts";
import { type Instance, readCounters } from "./winperf.ts";

export interface Nics {
  /** Epoch seconds. */
  readonly time: number;
  readonly nics: readonly Nic[];
}

export interface Nic extends Instance {
  readonly adapter?: Adapter | undefined;
}

export interface Adapter {
  /** In capitals; empty where it has none, and `alias` too. */
  readonly mac: string;
  /** What people call it: `Ethernet 2`. */
  readonly alias: string;
  /** Absent where it is not said. */
  readonly isUp?: boolean | undefined;
  /** Bits per second. */
  readonly speed?: number | undefined;
}

/** In name order. */
export function readNics(rows: Iterable<readonly string[]>): Nics | undefined {
  const all = [...rows];
  const adapters = readAdapters(all);
  const sets = readCounters(all);
  const [first] = sets;
  const nics = new Map<string, Nic>();
  for (const nic of sets.flatMap(({ instances }) => instances))
    if (nic.name !== "" && nic.counters.size > 0 && !nics.has(nic.name))
      nics.set(nic.name, { ...nic, adapter: adapters.get(plain(nic.name)) });
  if (first === undefined || nics.size === 0) return undefined;
  return {
    time: first.time,
    nics: [...nics.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const BLOCK = /^\[\w+_(start|end)\]$/;
/** Connected: Win32_NetworkAdapter.NetConnectionStatus, and the word that PowerShell has for it. */
const UP: ReadonlySet<string> = new Set(["2", "up", "connected"]);

/** Counters have other characters where a name has blanks and brackets. */
const plain = (name: string): string => name.replace(/[^\p{L}\p{N}]/gu, "_").toLowerCase();

/** A table outside of blocks in which some column is `NetConnectionStatus`, by plain names. */
function readAdapters(rows: readonly (readonly string[])[]): ReadonlyMap<string, Adapter> {
  const adapters = new Map<string, Adapter>();
  let columns: ReadonlyMap<string, number> | undefined;
  let inBlock = false;
  for (const row of rows) {
    const [, side] = BLOCK.exec(row[0]?.trim() ?? "") ?? [];
    if (side !== undefined) inBlock = side === "start";
    else if (inBlock || row.length < 3) continue;
    else if (row.some((cell) => cell.trim().toLowerCase() === "netconnectionstatus"))
      columns = new Map(row.map((cell, at) => [cell.trim().toLowerCase(), at]));
    else if (columns) {
      const places = columns;
      const cell = (column: string): string => row[places.get(column) ?? -1]?.trim() ?? "";
      const name = plain(cell("name"));
      const status = cell("netconnectionstatus").toLowerCase();
      if (name !== "" && !adapters.has(name))
        adapters.set(name, {
          mac: cell("macaddress").toUpperCase().replaceAll("-", ":"),
          alias: cell("netconnectionid"),
          isUp: status === "" ? undefined : UP.has(status),
          speed: decimal(cell("speed")),
        });
    }
  }
  return adapters;
}

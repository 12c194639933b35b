import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { OK, WARN } from "../judge/state.ts";
import { type Clock, clockMetrics, offsetFinding, stratumFinding } from "../readings/clock.ts";

export interface Peers extends Clock {
  readonly peers: readonly Peer[];
  /** The peer that the time is taken from. */
  readonly system?: Peer | undefined;
}

export interface Peer {
  /** How ntpd sees it: `*` the one that is followed, `+` as good, `%` (blank) passed over … */
  readonly code: string;
  readonly name: string;
  readonly refid: string;
  readonly stratum: number;
  /** Seconds since the last answer. */
  readonly when?: number | undefined;
  /** Which of the last eight questions were answered, in octal. */
  readonly reach: string;
  /** Seconds. */
  readonly offset: number;
  readonly jitter: number;
}

interface Params {
  readonly stratum: Levels;
  readonly offset: Levels;
  readonly jitter: Levels;
  readonly lastSync: Levels;
}

/**
 * The clock, as ntpd keeps it.
 *
 * Section: ntp   Source: `ntpq -np` (ntpq(8)), the first column apart
 * Systems: Linux, FreeBSD
 * Params: stratum; offset: seconds, slow or fast; jitter: seconds; lastSync: seconds since the last
 *         answer of the server that is followed
 */
export const ntp: Check<Peers, Params> = {
  section: "ntp",
  params: {
    stratum: { warn: 10, crit: 10 },
    offset: { warn: 0.2, crit: 0.5 },
    jitter: { warn: 0.2, crit: 0.5 },
    lastSync: { warn: 300, crit: 3600 },
  },
  comparesWithPrevious: true,

  parse(rows) {
    const found = new Map<string, Peer>();
    for (const row of rows) {
      const peer = readPeer(row);
      if (peer) found.set(peer.name, peer);
    }
    const peers = [...found.values()];
    // `o` is followed too, and sends pulses beside.
    const system = peers.find(({ code }) => code === "*" || code === "o");
    return {
      peers,
      system,
      source: system?.name,
      refid: system?.refid,
      stratum: system?.stratum,
      offset: system?.offset,
      jitter: system?.jitter,
      isSynchronised: peers.length === 0 ? undefined : system !== undefined,
    };
  },

  metrics: clockMetrics,

  *evaluate({ peers, system }, { params, previous }) {
    const count = plural(peers.length, "peer");
    if (system === undefined) {
      // After its start ntpd takes a while to choose.
      const isLasting = peers.length > 0 && previous?.data.system === undefined && previous;
      yield conclude("NTP Time", [
        { state: isLasting ? WARN : OK, text: `${count}, none is followed` },
        { text: "Time since last sync: N/A" },
      ]);
      return;
    }
    yield conclude("NTP Time", [
      ...offsetFinding("offset", system.offset, params.offset),
      ...found(
        "Jitter",
        { name: "jitter", value: system.jitter, levels: { upper: params.jitter } },
        duration,
      ),
      ...stratumFinding(system.stratum, params.stratum),
      ...found(
        "Time since last sync",
        { name: "last_sync_time", value: system.when, levels: { upper: params.lastSync } },
        duration,
      ),
      { text: `Synchronised with ${system.name}, ${count}`, quiet: true },
    ]);
  },
};

const COLUMNS = 11;
const MILLISECOND = 1e-3;

function readPeer(row: readonly string[]): Peer | undefined {
  const [code = "", name = "", refid = "", level, , when, , reach = "", , offset, jitter] = row;
  const [stratum, off, jit] = [integer(level), decimal(offset), decimal(jitter)];
  if (row.length !== COLUMNS || stratum === undefined || off === undefined || jit === undefined)
    return undefined;
  return {
    code,
    name,
    refid,
    stratum,
    when: elapsed(when),
    reach,
    offset: off * MILLISECOND,
    jitter: jit * MILLISECOND,
  };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** Seconds of `72`, `5m`, `2h`, `3d`; `-` is never. */
function elapsed(text = ""): number | undefined {
  const [, count, unit = ""] = /^(\d{1,9})([mhd]?)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS.get(unit) ?? 1);
}

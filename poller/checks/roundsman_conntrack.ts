import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { percent } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface Conntrack {
  readonly entries: number;
  /** How many the table holds; what comes beyond is dropped. */
  readonly limit: number;
}

interface Params {
  readonly used: Levels;
}

/**
 * Connections that the packet filter tracks.
 *
 * Section: roundsman_conntrack   Source: nf_conntrack_count and nf_conntrack_max in
 *          /proc/sys/net/netfilter (Documentation/networking/nf_conntrack-sysctl.rst)
 * Params: used: ratio of the table's size
 */
export const roundsmanConntrack: Check<Conntrack, Params> = {
  section: "roundsman_conntrack",
  params: { used: { warn: 0.75, crit: 0.9 } },

  parse(rows) {
    const values = new Map(Array.from(rows, ([name = "", value]) => [name, integer(value)]));
    if (values.size === 0) return undefined;
    const entries = values.get("nf_conntrack_count");
    const limit = values.get("nf_conntrack_max");
    if (entries === undefined || limit === undefined)
      throw new ParseError("neither nf_conntrack_count nor nf_conntrack_max may be missing");
    return { entries, limit };
  },

  metrics: [
    gauge("node_nf_conntrack_entries", "Connections that are tracked.", ({ entries }) => entries),
    gauge("node_nf_conntrack_entries_limit", "Connections that can be.", ({ limit }) => limit),
  ],

  *evaluate({ entries, limit }, { params }) {
    const share = limit > 0 ? ` - ${percent(entries / limit)} of ${limit}` : "";
    yield conclude("Tracked connections", [
      measured(`${entries}${share}`, {
        name: "tracked_connections",
        value: entries,
        levels: { upper: limit > 0 ? scaled(params.used, limit) : undefined },
        min: 0,
        max: limit,
      }),
    ]);
  },
};

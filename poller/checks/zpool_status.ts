import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, type State, WARN } from "../judge/state.ts";

/** Pools that are not as they should be. */
export type SickPools = readonly SickPool[];

export interface SickPool {
  readonly name: string;
  /** `ONLINE`, `DEGRADED`, `FAULTED` … */
  readonly state: string;
  /** What is wrong, in zpool's words. */
  readonly status: string;
  /** Empty where no data is known to be lost. */
  readonly errors: string;
  /** Disks, and groups of disks, that are not online: `sdx UNAVAIL`. */
  readonly parts: readonly string[];
}

/** What one line says where there is nothing to tell. */
const HEALTHY = "all pools are healthy";
const NONE = "no pools available";
const NO_ERRORS = "No known data errors";
/** Of one report. */
const MAX_PARTS = 100;
/** In which a pool, or part of one, still works. */
const STATES: ReadonlyMap<string, State> = new Map<string, State>([
  ["ONLINE", WARN],
  ["DEGRADED", WARN],
]);

/**
 * Pools of ZFS that are not as they should be.
 *
 * Section: zpool_status   Source: `zpool status -x` (zpool-status(8))
 * Systems: Linux, FreeBSD
 * Params: none
 */
export const zpoolStatus: Check<SickPools> = {
  section: "zpool_status",
  params: {},

  parse(rows) {
    const pools = new Map<string, SickPool>();
    let facts = new Map<string, string>();
    let parts: string[] = [];
    let isOver = true;
    let first: string | undefined;
    const finish = (): void => {
      const name = facts.get("pool");
      if (name !== undefined) pools.set(name, poolOf(name, facts, parts));
    };
    for (const line of rows.lines()) {
      first ??= line;
      const [, key, value = ""] = FACT.exec(line) ?? [];
      if (key === "pool") {
        finish();
        facts = new Map();
        parts = [];
      }
      if (key !== undefined) {
        facts.set(key, value);
        isOver = key !== "config";
      } else if (!isOver) {
        const [, name = "", state = ""] = PART.exec(line) ?? [];
        const isFine = FINE.has(state) || name === facts.get("pool");
        if (name !== "" && !isFine && parts.length < MAX_PARTS) parts.push(`${name} ${state}`);
      }
    }
    finish();
    if (first === undefined || first === NONE) return undefined;
    if (pools.size === 0 && first !== HEALTHY) throw new ParseError("no pool", first);
    return [...pools.values()];
  },

  metrics: [
    gauge("roundsman_zpools_sick", "ZFS pools with something wrong.", (pools) => pools.length),
    each((pools: SickPools) => pools, { zpool: (pool) => pool.name }, [
      gauge("roundsman_zpool_data_errors", "Whether a sick pool lost data.", ({ errors }) =>
        Number(errors !== ""),
      ),
    ]),
  ],

  *evaluate(pools) {
    yield conclude(
      "zpool status",
      pools.length === 0 ? [{ text: "All pools are healthy" }] : pools.flatMap(findings),
    );
  },
};

function findings({ name, state, status, errors, parts }: SickPool): Finding[] {
  return [
    { state: STATES.get(state) ?? CRIT, text: `${name}: ${state}` },
    { text: parts.join(", ") },
    ...(errors === "" ? [] : [{ state: CRIT, text: errors }]),
    { text: status, quiet: true },
  ];
}

const FACT = /^\s*(pool|state|status|action|see|scan|scrub|config|errors):\s*(.*)$/;
const PART = /^\s*(\S+)\s+([A-Z]{2,20})(?:\s|$)/;
/** A part's states that are no trouble, and the title of the column. */
const FINE: ReadonlySet<string> = new Set(["ONLINE", "AVAIL", "INUSE", "STATE"]);

function poolOf(
  name: string,
  facts: ReadonlyMap<string, string>,
  parts: readonly string[],
): SickPool {
  const errors = facts.get("errors") ?? "";
  return {
    name,
    state: facts.get("state") ?? "UNKNOWN",
    status: facts.get("status") ?? "",
    errors: errors === NO_ERRORS ? "" : errors,
    parts,
  };
}

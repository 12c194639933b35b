import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { duration, number } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { counter, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";

/** Values by name, without the `MAIN.` of newer versions. */
export type Statistics = ReadonlyMap<string, number>;

interface Params {
  readonly hits: Levels;
  readonly backend: Levels;
}

const COUNTERS = [
  ["client_conn", "Connections of clients"],
  ["client_req", "Requests of clients"],
  ["client_drop", "Connections that were dropped"],
  ["cache_hit", "Objects found in the cache"],
  ["cache_miss", "Objects not found in the cache"],
  ["cache_hitpass", "Objects known not to be cached"],
  ["backend_conn", "Connections to backends"],
  ["backend_fail", "Connections to backends that failed"],
  ["backend_busy", "Connections to backends that had too many"],
  ["backend_unhealthy", "Connections to backends that were not tried"],
  ["n_wrk_create", "Threads that were started"],
  ["n_wrk_failed", "Threads that could not be started"],
  ["n_lru_nuked", "Objects thrown out for want of room"],
  ["n_expired", "Objects that were too old"],
] as const;

/** Newer versions call them otherwise. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["threads", "n_wrk"],
  ["threads_created", "n_wrk_create"],
  ["threads_failed", "n_wrk_failed"],
  ["sess_conn", "client_conn"],
  ["sess_drop", "client_drop"],
]);

/**
 * Varnish: what is found in its cache, and how its backends answer.
 *
 * Section: varnish   Source: `varnishstat -1` (varnishstat(1)): name, value, rate, what it is
 * Params: hits: ratio of objects found in the cache, lower; backend: ratio of connections to backends
 *         that came about, lower
 */
export const varnish: Check<Statistics, Params> = {
  section: "varnish",
  params: { hits: { warn: 0.7, crit: 0.6 }, backend: { warn: 0.7, crit: 0.6 } },
  comparesWithPrevious: true,

  parse(rows) {
    const statistics = new Map<string, number>();
    for (const [name = "", text] of rows) {
      const bare = name.replace(/^MAIN\./, "");
      const value = decimal(text);
      const known = RENAMED.get(bare) ?? bare;
      if (value !== undefined && !statistics.has(known)) statistics.set(known, value);
    }
    return statistics.size === 0 ? undefined : statistics;
  },

  metrics: [
    gauge("roundsman_varnish_uptime_seconds", "How long Varnish runs.", (statistics: Statistics) =>
      statistics.get("uptime"),
    ),
    ...COUNTERS.map(([name, help]) =>
      counter(`roundsman_varnish_${name}_total`, `${help}.`, (statistics: Statistics) =>
        statistics.get(name),
      ),
    ),
    gauge("roundsman_varnish_objects", "Objects in the cache.", (statistics: Statistics) =>
      statistics.get("n_object"),
    ),
    gauge("roundsman_varnish_threads", "Threads that there are.", (statistics: Statistics) =>
      statistics.get("n_wrk"),
    ),
  ],

  *evaluate(statistics, { params, at, previous }) {
    const seconds = at - (previous?.at ?? at);
    const flow = (label: string, name: string): Finding[] =>
      found(
        label,
        {
          name: `varnish_${name}_rate`,
          value: rate(statistics.get(name), previous?.data.get(name), seconds),
          min: 0,
        },
        (value) => `${number(value)}/s`,
      );
    const uptime = statistics.get("uptime");
    yield conclude("Varnish", [
      { text: uptime === undefined ? "" : `Up for ${duration(uptime)}` },
      ...share("Cache hits", "cache_hit_ratio", params.hits, statistics, [
        "cache_hit",
        "cache_miss",
      ]),
      ...share("Backend success", "varnish_backend_success_ratio", params.backend, statistics, [
        "backend_conn",
        "backend_fail",
      ]),
      ...flow("Requests", "client_req"),
      ...COUNTERS.flatMap(([name, label]) =>
        name === "client_req" ? [] : flow(label, name).map((one) => ({ ...one, quiet: true })),
      ),
    ]);
  },
};

/** Of all that was tried since the start; nothing where nothing was. */
function share(
  label: string,
  name: string,
  lower: Levels,
  statistics: Statistics,
  [good, bad]: readonly [string, string],
): Finding[] {
  const [well, badly] = [statistics.get(good), statistics.get(bad)];
  if (well === undefined || badly === undefined || well + badly <= 0) return [];
  const value = (well / (well + badly)) * 100;
  const perf = { name, value, levels: { lower: scaled(lower, 100) }, min: 0, max: 100 };
  return found(label, perf, (percent) => `${number(percent)}%`);
}

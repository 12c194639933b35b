import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { bySite, orNothing } from "../readings/sites.ts";

const HOSTS = ["up", "down", "unreachable", "in_downtime"] as const;
const SERVICES = ["ok", "in_downtime", "on_down_hosts", "warning", "unknown", "critical"] as const;

/** How many hosts and services of a site are in which state. */
export interface Statistics {
  readonly site: string;
  readonly hosts: ReadonlyMap<string, number>;
  readonly services: ReadonlyMap<string, number>;
}

type Sites = ReadonlyMap<string, Statistics>;

/**
 * How many hosts and services of a monitoring site are in which state.
 *
 * Section: cmk_site_statistics   Source: livestatus, statistics of the tables `hosts` and `services`
 * Params: none
 */
export const cmkSiteStatistics: Check<Sites> = {
  section: "cmk_site_statistics",
  params: {},

  /** A site that did not answer in time has no lines, or only one. */
  parse(rows) {
    const sites = new Map<string, Statistics>();
    for (const [site, lines] of bySite(rows)) {
      const [hosts, services] = [readCounts(HOSTS, lines), readCounts(SERVICES, lines)];
      if (hosts && services) sites.set(site, { site, hosts, services });
    }
    return orNothing(sites);
  },

  metrics: [
    each(states("hosts"), { site: ({ site }) => site, state: ({ state }) => state }, [
      gauge("roundsman_site_hosts", "Hosts of a site in a state.", ({ count }) => count),
    ]),
    each(states("services"), { site: ({ site }) => site, state: ({ state }) => state }, [
      gauge("roundsman_site_services", "Services of a site in a state.", ({ count }) => count),
    ]),
  ],

  *evaluate(sites) {
    for (const { site, hosts, services } of sites.values())
      yield conclude(
        `OMD ${site} statistics`,
        [
          ...told("host", "up", hosts, (state) => `cmk_hosts_${state}`),
          ...told("service", "ok", services, (state) => `cmk_services_${state}`),
        ],
        site,
      );
  },
};

/** Known by how many there are: of hosts there are fewer states than of services. */
function readCounts(
  names: readonly string[],
  lines: readonly (readonly string[])[],
): ReadonlyMap<string, number> | undefined {
  const line = lines.find(({ length }) => length === names.length);
  const counts = line?.map(integer) ?? [];
  const known = counts.flatMap((count, column) =>
    count === undefined ? [] : [[names[column] ?? "", count] as const],
  );
  return known.length === names.length ? new Map(known) : undefined;
}

function states(what: "hosts" | "services") {
  return (sites: Sites) =>
    [...sites.values()].flatMap((one) =>
      Array.from(one[what], ([state, count]) => ({ site: one.site, state, count })),
    );
}

function told(
  what: string,
  well: string,
  counts: ReadonlyMap<string, number>,
  perfName: (state: string) => string,
): Finding[] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const problems = total - (counts.get(well) ?? 0);
  return [
    { text: `${plural(total, what)}, ${problems === 0 ? "none" : problems} with problems` },
    ...Array.from(counts, ([state, value]) => ({
      text: `${what}s ${state.replaceAll("_", " ")}: ${value}`,
      perf: { name: perfName(state), value, min: 0 },
      quiet: true,
    })),
  ];
}

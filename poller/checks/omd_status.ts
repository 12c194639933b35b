import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, OK } from "../judge/state.ts";
import { bySite, orNothing } from "../readings/sites.ts";

export interface Site {
  readonly name: string;
  /** Exit codes of its daemons: 0 running, 5 switched off, else not running. */
  readonly daemons: ReadonlyMap<string, number>;
  /** 0 running, 1 stopped, 2 in part; absent: the site is damaged. */
  readonly overall?: number | undefined;
}

type Sites = ReadonlyMap<string, Site>;

interface Params {
  readonly optional: readonly string[];
}

const RUNNING = 0;
const STOPPED = 1;
const UNUSED = 5;

const running = (sites: Sites) =>
  [...sites.values()].flatMap(({ name, daemons }) =>
    Array.from(daemons, ([daemon, code]) => ({ site: name, daemon, code })),
  );

/**
 * Whether the sites of a monitoring server run, and their daemons.
 *
 * Section: omd_status   Source: `omd status --bare`
 * Params: optional: patterns of the names of sites that may be stopped
 */
export const omdStatus: Check<Sites, Params> = {
  section: "omd_status",
  params: { optional: [] },

  parse(rows) {
    const sites = Array.from(
      bySite(rows),
      ([name, lines]) => [name, readSite(name, lines)] as const,
    );
    return orNothing(new Map(sites));
  },

  metrics: [
    each((sites: Sites) => sites.values(), { site: ({ name }) => name }, [
      gauge("roundsman_omd_site_running", "Whether all of a site runs.", ({ overall }) =>
        Number(overall === RUNNING),
      ),
    ]),
    each(running, { site: ({ site }) => site, daemon: ({ daemon }) => daemon }, [
      gauge("roundsman_omd_daemon_running", "Whether a daemon of a site runs.", ({ code }) =>
        code === UNUSED ? undefined : Number(code === RUNNING),
      ),
    ]),
  ],

  *evaluate(sites, { params }) {
    for (const site of sites.values())
      yield conclude(`OMD ${site.name} status`, [condition(site, params)], site.name);
  },
};

function readSite(name: string, lines: readonly (readonly string[])[]): Site {
  const codes = lines.flatMap(([word = "", code]) => {
    const value = integer(code);
    return value === undefined ? [] : [[word, value] as const];
  });
  const daemons = new Map(codes.filter(([word]) => word !== "OVERALL"));
  return { name, daemons, overall: codes.find(([word]) => word === "OVERALL")?.[1] };
}

function condition({ name, daemons, overall }: Site, { optional }: Params): Finding {
  const stopped = [...daemons].filter(([, code]) => code !== RUNNING && code !== UNUSED);
  if (overall === undefined) return { state: CRIT, text: "the site is damaged: it has no status" };
  if (overall === STOPPED)
    return { state: matchesAny(name, optional) ? OK : CRIT, text: "stopped" };
  if (stopped.length > 0 || overall !== RUNNING) {
    const names = stopped.map(([daemon]) => daemon).join(", ");
    return { state: CRIT, text: `runs in part, stopped: ${names === "" ? "unknown" : names}` };
  }
  return { text: `running, ${plural(daemons.size, "daemon")}` };
}

import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { bytesPerSecond, duration, number, plural } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { bySite, orNothing } from "../readings/sites.ts";

/** What was asked of a site's web server since it was last asked for. */
export interface Traffic {
  readonly site: string;
  /** By kind of page. */
  readonly kinds: ReadonlyMap<Kind, Load>;
}

interface Load {
  readonly requests: number;
  readonly bytes: number;
  /** How long answers took, together. */
  readonly seconds: number;
}

type Sites = ReadonlyMap<string, Traffic>;

const MICROSECONDS = 1e6;

/** Scripts of the user interface, by the beginnings of their names. */
const PAGES = [
  ["api/", "cmk_api"],
  ["view.py", "cmk_views"],
  ["dashboard.py", "cmk_dashboards"],
  ["sidebar_snapin.py", "cmk_snapins"],
  ["side.py", "cmk_sidebar"],
  ["sidebar_", "cmk_sidebar"],
  ["wato.py", "cmk_wato"],
  ["bi", "cmk_bi"],
  ["index.py", "cmk_index"],
  ["login.py", "cmk_login"],
  ["ajax_search", "cmk_search"],
  ["ajax_graph", "cmk_graphs"],
  ["host_service_graph", "cmk_graphs"],
  ["ajax", "cmk_ajax"],
] as const;

/** Files, by the ends of their names. */
const FILES = [
  [".css", "styles"],
  [".js", "scripts"],
  [".png", "images"],
  [".svg", "images"],
  [".gif", "images"],
  [".jpg", "images"],
  [".ico", "images"],
] as const;

const OTHERS = ["cmk_other", "nagvis_snapin", "nagvis_ajax", "nagvis_other", "other"] as const;

type Kind = (typeof PAGES)[number][1] | (typeof FILES)[number][1] | (typeof OTHERS)[number];

const KINDS: readonly Kind[] = [
  ...new Set([...PAGES.map(([, kind]) => kind), ...FILES.map(([, kind]) => kind), ...OTHERS]),
];

const NOTHING: Load = { requests: 0, bytes: 0, seconds: 0 };

/**
 * What the web servers of a monitoring server's sites had to do between two reports.
 *
 * Section: omd_apache   Source: var/log/apache/stats of each site: PATH|STATUS|BYTES|MICROSECONDS, emptied
 *          when it is read
 * Params: none
 */
export const omdApache: Check<Sites> = {
  section: "omd_apache",
  params: {},
  comparesWithPrevious: true,

  parse(rows) {
    const sites = new Map<string, Traffic>();
    for (const [site, requests] of bySite(rows)) sites.set(site, readTraffic(site, requests));
    return orNothing(sites);
  },

  metrics: [
    each(loads, { site: ({ site }) => site, kind: ({ kind }) => kind }, [
      gauge(
        "roundsman_omd_apache_requests",
        "Requests to a site since the report before, by kind of page.",
        ({ load }) => load.requests,
      ),
      gauge(
        "roundsman_omd_apache_sent_bytes",
        "Bytes answered since then.",
        ({ load }) => load.bytes,
      ),
      gauge(
        "roundsman_omd_apache_busy_seconds",
        "How long answers took since then, together.",
        ({ load }) => load.seconds,
      ),
    ]),
  ],

  *evaluate(sites, { at, previous }) {
    for (const { site, kinds } of sites.values())
      yield conclude(
        `OMD ${site} apache`,
        summary(kinds, previous === undefined ? undefined : at - previous.at),
        site,
      );
  },
};

/** Those that nobody asked for are 0: what is a number once stays one. */
function* loads(sites: Sites) {
  for (const { site, kinds } of sites.values())
    for (const kind of KINDS) yield { site, kind, load: kinds.get(kind) ?? NOTHING };
}

function readTraffic(site: string, requests: readonly (readonly string[])[]): Traffic {
  const kinds = new Map<Kind, Load>();
  for (const row of requests) {
    // Whoever asks can put a `|` into the path.
    const [size, microseconds] = [row.at(-2), row.at(-1)].map(decimal);
    if (row.length < 4 || size === undefined || microseconds === undefined) continue;
    const kind = kindOf(site, row.slice(0, -3).join("|"));
    const { requests, bytes, seconds } = kinds.get(kind) ?? NOTHING;
    kinds.set(kind, {
      requests: requests + 1,
      bytes: bytes + size,
      seconds: seconds + microseconds / MICROSECONDS,
    });
  }
  return { site, kinds };
}

function kindOf(site: string, url: string): Kind {
  const [path = ""] = url.split("?", 1);
  for (const [end, kind] of FILES) if (path.endsWith(end)) return kind;
  const base = `/${site}/check_mk/`;
  if (path.startsWith(base)) {
    const page = path.slice(base.length);
    if (page === "") return "cmk_index";
    return PAGES.find(([start]) => page.startsWith(start))?.[1] ?? "cmk_other";
  }
  if (!path.startsWith(`/${site}/nagvis/`)) return "other";
  if (path.includes("ajax")) return "nagvis_ajax";
  return path.includes("snapin") ? "nagvis_snapin" : "nagvis_other";
}

function summary(kinds: Traffic["kinds"], seconds: number | undefined): Finding[] {
  const all = [...kinds.values()];
  const sum = (read: (load: Load) => number): number =>
    all.reduce((total, load) => total + read(load), 0);
  const requests = sum((load) => load.requests);
  const mean = requests === 0 ? "" : `${duration(sum((load) => load.seconds) / requests)} each`;
  if (seconds === undefined) return [{ text: plural(requests, "request") }, { text: mean }];
  const silent = (name: string, value: number): Finding => ({ perf: { name, value, min: 0 } });
  return [
    { text: `${number(requests / seconds)} requests/s` },
    { text: requests === 0 ? "" : bytesPerSecond(sum((load) => load.bytes) / seconds) },
    { text: mean },
    ...KINDS.flatMap((kind) => {
      const load = kinds.get(kind) ?? NOTHING;
      return [
        silent(`requests_${kind}`, load.requests / seconds),
        silent(`bytes_${kind}`, load.bytes / seconds),
        silent(`secs_${kind}`, load.seconds / seconds),
      ];
    }),
  ];
}

import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { judge, type Levels, scaled } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { bySite, orNothing } from "../readings/sites.ts";

export interface Certificates {
  readonly site: string;
  /** Epoch seconds when they end, by their paths below the site's etc/ssl; some do not tell. */
  readonly ends: ReadonlyMap<string, number | undefined>;
}

type Sites = ReadonlyMap<string, Certificates>;

interface Params {
  readonly certificate: Levels;
}

const DAY = 86_400;

/**
 * How long the certificates hold by which the sites of a monitoring server know each other.
 *
 * Section: livestatus_ssl_certs   Source: `openssl x509 -enddate`: PATH|EPOCH
 * Params: certificate: seconds left, lower
 */
export const livestatusSslCerts: Check<Sites, Params> = {
  section: "livestatus_ssl_certs",
  params: { certificate: { warn: 30 * DAY, crit: 7 * DAY } },

  parse(rows) {
    const sites = new Map<string, Certificates>();
    for (const [site, lines] of bySite(rows)) {
      const ends = new Map<string, number | undefined>();
      for (const [path = "", end] of lines)
        if (end !== undefined) ends.set(path.replace(/^.*\/etc\/ssl\//, ""), integer(end));
      if (ends.size > 0) sites.set(site, { site, ends });
    }
    return orNothing(sites);
  },

  metrics: [
    each(
      (sites: Sites) =>
        [...sites.values()].flatMap(({ site, ends }) =>
          Array.from(ends, ([certificate, end]) => ({ site, certificate, end })),
        ),
      { site: ({ site }) => site, certificate: ({ certificate }) => certificate },
      [
        gauge(
          "roundsman_omd_certificate_expiry_timestamp_seconds",
          "When a certificate of a site expires, in epoch seconds.",
          ({ end }) => end,
        ),
      ],
    ),
  ],

  *evaluate(sites, { params, at }) {
    for (const { site, ends } of sites.values())
      yield conclude(
        `OMD ${site} certificates`,
        Array.from(ends, ([name, end]) => validity(name, end, at, params)),
        site,
      );
  },
};

function validity(
  name: string,
  end: number | undefined,
  at: number,
  { certificate }: Params,
): Finding {
  if (end === undefined) return { text: `${name}: its end is not known`, quiet: true };
  const left = end - at;
  const { state, text } = judge(left, { lower: certificate }, duration);
  const isOwn = name.startsWith("sites/");
  return {
    state,
    text: `${name} ${left > 0 ? `holds ${duration(left)}` : `expired ${duration(-left)} ago`}${text}`,
    ...(isOwn
      ? {
          perf: {
            name: "site_cert_days",
            value: left / DAY,
            levels: { lower: scaled(certificate, 1 / DAY) },
          },
        }
      : {}),
  };
}

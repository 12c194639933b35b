/** How much a fleet comes to: series, size of a scrape, polls, connections. */
import type { PollSettings } from "../config.ts";
import type { Known } from "../judge/baseline.ts";
import type { Host } from "../targets/host.ts";

/**
 * What hosts of many kinds come to (136 to 2,000 series, 10 to 205 services): so many series for each
 * host and each of its services, of which one per service is the poller's own and not limited.
 */
const SERIES = { host: 50, service: 8, own: 50, ownService: 1 } as const;

/** A Linux host with a few file systems and interfaces. */
export const TYPICAL_SERVICES = 27;

/** Of a series, without the name of its host. */
const SERIES_BYTES = 75;

/** What vmagent takes unless told otherwise (`-promscrape.maxScrapeSize`). */
export const MAX_SCRAPE_BYTES = 16 * 1024 * 1024;
/** Parts of a fleet are not of one size. */
const FULL = 0.75;

export interface Load {
  readonly hosts: number;
  /** Of them, those of which it is known what services they have. */
  readonly known: number;
  readonly series: number;
  readonly bytes: number;
  readonly pollsPerSecond: number;
  /** Connections that are open where every host hangs until its timeout. */
  readonly hanging: number;
  /** Hosts that may have more series than they are allowed. */
  readonly limited: number;
}

export const NO_LOAD: Load = {
  ...{ hosts: 0, known: 0, series: 0, bytes: 0, pollsPerSecond: 0, hanging: 0, limited: 0 },
};

/** What a host comes to, by what is known of it. */
export function loadOf(host: Host, known: Known | undefined, { maxSeries }: PollSettings): Load {
  const services = known?.services.length ?? TYPICAL_SERVICES;
  const said = SERIES.host + SERIES.service * services;
  const series = Math.min(said, maxSeries) + SERIES.own + SERIES.ownService * services;
  const isRemote = !host.program && !host.file;
  return {
    ...{ hosts: 1, known: known ? 1 : 0, series },
    bytes: series * (SERIES_BYTES + Buffer.byteLength(host.name)),
    pollsPerSecond: 1 / host.intervalSeconds,
    hanging: isRemote ? Math.min(1, host.timeoutSeconds / host.intervalSeconds) : 0,
    limited: said > maxSeries ? 1 : 0,
  };
}

export const together = (a: Load, b: Load): Load => ({
  hosts: a.hosts + b.hosts,
  known: a.known + b.known,
  series: a.series + b.series,
  bytes: a.bytes + b.bytes,
  pollsPerSecond: a.pollsPerSecond + b.pollsPerSecond,
  hanging: a.hanging + b.hanging,
  limited: a.limited + b.limited,
});

/** Into how many parts a scrape has to be divided so that each is taken. */
export const shardsFor = (bytes: number): number =>
  bytes > MAX_SCRAPE_BYTES ? Math.ceil(bytes / (FULL * MAX_SCRAPE_BYTES)) : 1;

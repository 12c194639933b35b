/** What Prometheus needs to scrape this poller. */
import { hostname } from "node:os";
import { stringify } from "yaml";
import { type Address, formatAddress, parseAddress } from "../address.ts";
import type { Config } from "../config.ts";
import { printable } from "../printable.ts";
import { formatDuration } from "../units.ts";
import { type Access, accessTo } from "./scrape_access.ts";
import { configOf, UsageError } from "./usage.ts";

export interface ListenFlags {
  readonly config?: string;
  readonly listen?: string;
}

export interface ScrapeFlags extends ListenFlags {
  readonly webConfig?: string;
  readonly probe?: boolean;
  readonly shards?: string;
}

/** As many as `/metrics` can be divided into. */
const MAX_SHARDS = 10_000;

/** For all hosts at once; a scrape of which nothing is there by then never comes. */
const MIN_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 30;

/** What a probe takes besides the poll: half a second is the poller's own. */
const PROBE_SECONDS = 1;

/** No line is broken, nothing is told by an alias. */
const SPELLED = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** How often Prometheus asks which hosts there are. */
const REFRESH = "1m";

/** Where to listen: the flag wins over the config. Throws a UsageError. */
export function listenAddress({ listen }: ListenFlags, configured: Address): Address {
  if (listen === undefined) return configured;
  const address = parseAddress(listen);
  if (!address) throw new UsageError(`--listen ${listen} is not ADDRESS:PORT`);
  return address;
}

/**
 * A file for Prometheus. The job is called `node` because that is where dashboards look; counters
 * that are scraped more often than polled make rates wrong. Rejects with a UsageError, or with what is
 * wrong with a config.
 */
export async function scrapeConfig(flags: ScrapeFlags): Promise<string> {
  const config = configOf(flags.config);
  const shards = shardsIn(flags);
  const { host, port } = listenAddress(flags, config.listen);
  const everywhere = host === "0.0.0.0" || host === "::";
  const at = everywhere ? hostname() : host;
  const target = formatAddress({ host: at, port });
  const webConfig = flags.webConfig ?? config.webConfig;
  const access = await accessTo(at, webConfig, config.poll.tls?.ca);
  const plain = jobOf(config, plainTimeout(config), access);
  const jobs = flags.probe
    ? [probeJob(target, config, access), selfJob(target, plain)]
    : [{ ...plain, ...staticTargets(target, shards) }];
  const notes = access.notes.map((note) => `# ${printable(note)}\n`).join("");
  return `${notes}${stringify({ scrape_configs: jobs }, SPELLED)}`;
}

function shardsIn({ shards, probe }: ScrapeFlags): number {
  if (shards === undefined) return 1;
  const count = /^\d{1,5}$/.test(shards) ? Number(shards) : 0;
  if (count < 1 || count > MAX_SHARDS)
    throw new UsageError(`--shards ${shards} is not a number from 1 to ${MAX_SHARDS}`);
  if (probe) throw new UsageError("--shards has no meaning with --probe: it scrapes host by host");
  return count;
}

const jobOf = ({ poll }: Config, timeoutSeconds: number, { scheme, login }: Access): object => ({
  job_name: "node",
  honor_labels: true,
  scrape_interval: formatDuration(poll.intervalSeconds),
  scrape_timeout: formatDuration(Math.min(timeoutSeconds, poll.intervalSeconds)),
  ...(scheme === "https" && { scheme }),
  ...login,
});

const plainTimeout = ({ poll: { intervalSeconds } }: Config): number =>
  Math.min(Math.max(intervalSeconds / 2, MIN_TIMEOUT_SECONDS), MAX_TIMEOUT_SECONDS);

/** One target, or one for each part of the hosts; `up` of each part needs an instance of its own. */
function staticTargets(target: string, shards: number): object {
  const targets = [target];
  if (shards === 1) return { static_configs: [{ targets }] };
  const parts = Array.from({ length: shards }, (_, i) => `${i + 1}/${shards}`);
  return {
    static_configs: parts.map((part, i) => ({
      targets,
      // The first has what the poller says of itself.
      labels: { __param_shard: part, ...(i > 0 && { instance: `${target} ${part}` }) },
    })),
  };
}

/** What the poller says of itself, which no probe tells. */
const selfJob = (target: string, job: object): object => ({
  ...job,
  job_name: "roundsman-poller",
  params: { self: ["1"] },
  static_configs: [{ targets: [target] }],
});

/** Every host is a target of its own, polled when it is scraped. */
function probeJob(target: string, config: Config, access: Access): object {
  const { hosts, poll } = config;
  const slowest = hosts.reduce(
    (most, { timeoutSeconds = 0 }) => Math.max(most, timeoutSeconds),
    poll.timeoutSeconds,
  );
  return {
    ...jobOf(config, slowest + PROBE_SECONDS, access),
    metrics_path: "/probe",
    http_sd_configs: [
      { url: `${access.scheme}://${target}/sd`, refresh_interval: REFRESH, ...access.login },
    ],
    relabel_configs: [
      { source_labels: ["__name"], target_label: "__param_target" },
      { source_labels: ["__name"], target_label: "instance" },
      { target_label: "__address__", replacement: target },
    ],
  };
}

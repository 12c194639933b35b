import { hostname } from "node:os";
import { type Address, formatAddress, parseAddress } from "../address.ts";
import { formatDuration } from "../units.ts";
import { configOf, UsageError } from "./usage.ts";

export interface ListenFlags {
  readonly config?: string;
  readonly listen?: string;
}

/** Where to listen: the flag wins over the config. Throws a UsageError. */
export function listenAddress({ listen }: ListenFlags, configured: Address): Address {
  if (listen === undefined) return configured;
  const address = parseAddress(listen);
  if (!address) throw new UsageError(`--listen ${listen} is not ADDRESS:PORT`);
  return address;
}

/**
 * What Prometheus needs to scrape this poller. The job is called `node` because that is where
 * dashboards look; counters that are scraped more often than polled make rates wrong.
 */
export function scrapeConfig(flags: ListenFlags): string {
  const config = configOf(flags.config);
  const { host, port } = listenAddress(flags, config.listen);
  const everywhere = host === "0.0.0.0" || host === "::";
  const target = formatAddress({ host: everywhere ? hostname() : host, port });
  return `scrape_configs:
  - job_name: node
    honor_labels: true
    scrape_interval: ${formatDuration(config.poll.intervalSeconds)}
    static_configs:
      - targets: [${JSON.stringify(target)}]
`;
}

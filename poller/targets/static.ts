import type { Config, PollSettings } from "../config.ts";
import { formatAddress, type Address } from "../address.ts";
import type { Host } from "./host.ts";

/** The hosts that the config itself lists. */
export const staticHosts = ({ hosts, poll }: Config): Host[] =>
  hosts.map((host) => ({
    name: host.name,
    address: host.address,
    port: host.port,
    intervalSeconds: host.intervalSeconds ?? poll.intervalSeconds,
    timeoutSeconds: host.timeoutSeconds ?? poll.timeoutSeconds,
    maxBytes: host.maxBytes ?? poll.maxBytes,
    labels: host.labels,
    tags: host.tags,
    piggyback: host.piggyback,
  }));

/** A host that is known by its address alone. */
export const hostAt = (address: Address, poll: PollSettings): Host => ({
  name: formatAddress(address),
  address: address.host,
  port: address.port,
  intervalSeconds: poll.intervalSeconds,
  timeoutSeconds: poll.timeoutSeconds,
  maxBytes: poll.maxBytes,
  labels: {},
  tags: [],
});

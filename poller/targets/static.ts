import { formatAddress, type Address } from "../address.ts";
import type { Config, PollSettings } from "../config.ts";
import type { StaticHost } from "../config/hosts.ts";
import { equip, isWhole, type HostTransport } from "../config/transport.ts";
import type { Host, Spooled } from "./host.ts";

/** The hosts that the config itself lists. */
export const staticHosts = ({ hosts, poll }: Pick<Config, "hosts" | "poll">): Host[] =>
  hosts.map((host) => hostOf(host, poll));

/** A host as configured, with what the fleet has where it has nothing of its own. */
function hostOf(host: StaticHost, poll: PollSettings): Host {
  const intervalSeconds = host.intervalSeconds ?? poll.intervalSeconds;
  return {
    name: host.name,
    address: host.address,
    port: host.port,
    intervalSeconds,
    timeoutSeconds: host.timeoutSeconds ?? poll.timeoutSeconds,
    maxBytes: host.maxBytes ?? poll.maxBytes,
    labels: host.labels,
    tags: host.tags,
    piggyback: host.piggyback,
    ...means(host, poll),
    program: host.program,
    file: spooled(host, intervalSeconds),
  };
}

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
  ...means(NOTHING, poll),
});

const NOTHING: HostTransport = {
  encryption: undefined,
  secret: undefined,
  tls: undefined,
  serverName: undefined,
  program: undefined,
  file: undefined,
  maxAgeSeconds: undefined,
};

function means(
  own: HostTransport,
  poll: PollSettings,
): Pick<Host, "encryption" | "secret" | "tls" | "serverName"> {
  const { encryption, secret, tls } = equip(own, poll);
  return {
    encryption,
    secret,
    tls: tls && isWhole(tls) ? tls : undefined,
    serverName: own.serverName,
  };
}

/** A file that nobody has written for longer than that is taken for left behind. */
const MAX_AGE_INTERVALS = 1.5;

const spooled = (
  { file, maxAgeSeconds }: StaticHost,
  intervalSeconds: number,
): Spooled | undefined =>
  file === undefined
    ? undefined
    : { path: file, maxAgeSeconds: maxAgeSeconds ?? MAX_AGE_INTERVALS * intervalSeconds };

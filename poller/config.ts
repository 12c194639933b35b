import { dirname } from "node:path";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { parseAddress, type Address } from "./address.ts";
import { DEFAULTS } from "./config/defaults.ts";
import { fileSdSchema, from, httpSdSchema } from "./config/discovery.ts";
import { hostSchema, type StaticHost } from "./config/hosts.ts";
import { type RemoteWrite, remoteWriteSchema } from "./config/remote_write.ts";
import { requireSchema, rulesSchema } from "./config/rules.ts";
import { fleetKeys, type Transport, transportOf, unequipped } from "./config/transport.ts";
import { interval, maxBytes, text, timeout } from "./config/values.ts";
import type { Requirement, Rule } from "./judge/rules.ts";
import type { HttpPlace } from "./targets/http_sd.ts";
import { formatDuration } from "./units.ts";
import { decodeYaml } from "./yaml.ts";

/** How hosts are polled that have no settings of their own, and the limits of the poller. */
export interface PollSettings extends Transport {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  /** Reports that are read and processed at once. */
  readonly concurrency: number;
  /** Connections that are open at once. */
  readonly maxOpen: number;
  /** Series that each host may have. */
  readonly maxSeries: number;
}

export interface Config {
  readonly listen: Address;
  /** Where baselines and other things are kept; absent: the usual place. */
  readonly stateDir: string | undefined;
  /** A file that says how HTTP is protected; absent: it is not. */
  readonly webConfig: string | undefined;
  /** Whether hosts are probed that are not listed. */
  readonly probeAny: boolean;
  /** Processes that poll; 1: the one that serves. */
  readonly processes: number;
  readonly poll: PollSettings;
  readonly hosts: readonly StaticHost[];
  /** Patterns of files that list hosts, meant from where the config is. */
  readonly fileSd: readonly string[];
  /** Servers that list hosts. */
  readonly httpSd: readonly HttpPlace[];
  readonly rules: readonly Rule[];
  readonly require: readonly Requirement[];
  /** Where samples are written to. */
  readonly remoteWrite: readonly RemoteWrite[];
}

/** Reads the text of a config file. Throws a ConfigError. */
export function readConfig(file: string, text: string): Config {
  const config = parseConfig(text, file);
  return { ...config, fileSd: config.fileSd.map((path) => from(dirname(file), path)) };
}

/** Reads the text of a config; `file` is what findings call it. Throws a ConfigError. */
export const parseConfig = (text: string, file: string): Config =>
  decodeYaml(text, file, configSchema);

/** What holds without a config: the agent of this machine. */
export const defaultConfig = (): Config =>
  configSchema.parse({ hosts: [{ address: DEFAULTS.host }] });

const configSchema = z
  .strictObject({
    listen: z
      .string()
      .prefault(DEFAULTS.listen)
      .transform((written, context) => {
        const address = parseAddress(written);
        if (!address) context.addIssue(`${JSON.stringify(written)} is not ADDRESS:PORT`);
        return address ?? z.NEVER;
      }),
    state_dir: text.optional(),
    web_config: text.refine((path) => isAbsolute(path), "is not an absolute path").optional(),
    probe_any: z.boolean().default(false),
    processes: z.int().min(1).max(64).default(1),
    poll: z
      .strictObject({
        interval: interval.prefault(DEFAULTS.interval),
        timeout: timeout.prefault(DEFAULTS.timeout),
        concurrency: z.int().min(1).max(1024).default(DEFAULTS.concurrency),
        max_open: z.int().min(1).max(100_000).default(DEFAULTS.maxOpen),
        max_bytes: maxBytes.prefault(DEFAULTS.maxBytes),
        max_series: z.int().min(1).max(1_000_000).default(DEFAULTS.maxSeries),
        ...fleetKeys,
      })
      .transform((poll, context): PollSettings => ({
        intervalSeconds: poll.interval,
        timeoutSeconds: poll.timeout,
        concurrency: poll.concurrency,
        maxOpen: poll.max_open,
        maxBytes: poll.max_bytes,
        maxSeries: poll.max_series,
        ...transportOf(poll, context),
      }))
      .prefault({}),
    hosts: z.array(hostSchema).default([]),
    file_sd: fileSdSchema,
    http_sd: httpSdSchema,
    rules: rulesSchema,
    require: requireSchema,
    remote_write: remoteWriteSchema,
  })
  .check(({ value: { poll, hosts }, issues }) => {
    const found = [...tooSlow(poll, hosts), ...duplicates(hosts), ...unequipped(poll, hosts)];
    for (const { path, message } of found)
      issues.push({ code: "custom", input: hosts, path, message });
  })
  .transform((config): Config => {
    const { state_dir: stateDir, web_config: webConfig, probe_any: probeAny, ...others } = config;
    const { file_sd: fileSd, http_sd: httpSd, remote_write: remoteWrite, ...rest } = others;
    return { stateDir, webConfig, probeAny, fileSd, httpSd, remoteWrite, ...rest };
  });

interface Finding {
  path: (string | number)[];
  message: string;
}

/** A poll must be over before the next one is due. */
function* tooSlow(poll: PollSettings, hosts: readonly StaticHost[]): Generator<Finding> {
  const message = (seconds: { interval: number; timeout: number }): string =>
    `an interval of ${formatDuration(seconds.interval)} must be longer than ` +
    `the timeout of ${formatDuration(seconds.timeout)}`;
  const fleet = { interval: poll.intervalSeconds, timeout: poll.timeoutSeconds };
  if (fleet.interval <= fleet.timeout) yield { path: ["poll"], message: message(fleet) };
  for (const [i, { intervalSeconds, timeoutSeconds }] of hosts.entries()) {
    if (intervalSeconds === undefined && timeoutSeconds === undefined) continue;
    const own = {
      interval: intervalSeconds ?? fleet.interval,
      timeout: timeoutSeconds ?? fleet.timeout,
    };
    const key = intervalSeconds === undefined ? "timeout" : "interval";
    if (own.interval <= own.timeout) yield { path: ["hosts", i, key], message: message(own) };
  }
}

function* duplicates(hosts: readonly StaticHost[]): Generator<Finding> {
  const first = new Map<string, number>();
  for (const [i, { name }] of hosts.entries()) {
    const before = first.get(name);
    if (before === undefined) first.set(name, i);
    else
      yield {
        path: ["hosts", i, "name"],
        message: `${JSON.stringify(name)} is the name of hosts[${before}] already`,
      };
  }
}

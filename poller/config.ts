import { readFileSync } from "node:fs";
import { z } from "zod";
import { formatAddress, isHost, parseAddress, type Address } from "./address.ts";
import { formatDuration, parseDuration, parseSize } from "./units.ts";
import { decodeYaml } from "./yaml.ts";

/** Every default there is, written as in a config. */
export const DEFAULTS = {
  listen: "127.0.0.1:9656",
  interval: "60s",
  timeout: "10s",
  concurrency: 64,
  maxOpen: 4096,
  maxBytes: "16MiB",
  port: 6556,
  /** Polled where no config says which hosts there are. */
  host: "127.0.0.1",
} as const;

/** How hosts are polled that have no settings of their own, and the limits of the poller. */
export interface PollSettings {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  /** Reports that are read and processed at once. */
  readonly concurrency: number;
  /** Connections that are open at once. */
  readonly maxOpen: number;
}

/** A host as configured; what it does not say is in PollSettings. */
export interface StaticHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly intervalSeconds: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly maxBytes: number | undefined;
}

export interface Config {
  readonly listen: Address;
  readonly poll: PollSettings;
  readonly hosts: readonly StaticHost[];
}

/** Reads a config file. Throws a ConfigError, or a system error where the file cannot be read. */
export const readConfig = (file: string): Config => parseConfig(readFileSync(file, "utf8"), file);

/** Reads the text of a config; `file` is what findings call it. Throws a ConfigError. */
export const parseConfig = (text: string, file: string): Config =>
  decodeYaml(text, file, configSchema);

/** What holds without a config: the agent of this machine. */
export const defaultConfig = (): Config =>
  configSchema.parse({ hosts: [{ address: DEFAULTS.host }] });

/** Text such as `30s`, read into a number between two bounds that are written likewise. */
const quantity =
  (kind: string, example: string, parse: (text: string) => number | undefined) =>
  (min: string, max: string): z.ZodType<number, string> =>
    z
      .string({ error: `must be a ${kind} with a unit, such as ${example}` })
      .transform((text, context) => {
        const value = parse(text);
        if (value === undefined)
          context.addIssue(`${JSON.stringify(text)} is not a ${kind} such as ${example}`);
        else if (value < (parse(min) ?? 0) || value > (parse(max) ?? 0))
          context.addIssue(`must be from ${min} to ${max}, not ${text}`);
        return value ?? z.NEVER;
      });

const duration = quantity("duration", "30s", parseDuration);
const size = quantity("size", "16MiB", parseSize);

const interval = duration("1s", "1d");
const timeout = duration("100ms", "10m");
const maxBytes = size("1KiB", "1GiB");

// Label names of Prometheus; `instance` is ours, and those with two underscores are its own.
const labelName = z
  .string()
  .regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, "is not a label name (letters, digits, underscores)")
  .refine((name) => name !== "instance", "is the label that holds the host's name");

const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, "must not have control characters");

const hostSchema = z
  .strictObject({
    name: text.optional(),
    address: z.string().refine(isHost, "is not a host name or IP address").optional(),
    port: z.int().min(1).max(65535).default(DEFAULTS.port),
    labels: z.record(labelName, z.string().max(1024)).default({}),
    tags: z.array(text).default([]),
    interval: interval.optional(),
    timeout: timeout.optional(),
    max_bytes: maxBytes.optional(),
  })
  .transform(({ name, address = name, port, labels, tags, ...own }, context): StaticHost => {
    if (address === undefined) context.addIssue("needs a name or an address");
    else if (!isHost(address)) context.addIssue("needs an address, its name is none");
    return {
      name: name ?? formatAddress({ host: address ?? "", port }),
      address: address ?? "",
      port,
      labels,
      tags,
      intervalSeconds: own.interval,
      timeoutSeconds: own.timeout,
      maxBytes: own.max_bytes,
    };
  });

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
    poll: z
      .strictObject({
        interval: interval.prefault(DEFAULTS.interval),
        timeout: timeout.prefault(DEFAULTS.timeout),
        concurrency: z.int().min(1).max(1024).default(DEFAULTS.concurrency),
        max_open: z.int().min(1).max(100_000).default(DEFAULTS.maxOpen),
        max_bytes: maxBytes.prefault(DEFAULTS.maxBytes),
      })
      .transform((poll): PollSettings => ({
        intervalSeconds: poll.interval,
        timeoutSeconds: poll.timeout,
        concurrency: poll.concurrency,
        maxOpen: poll.max_open,
        maxBytes: poll.max_bytes,
      }))
      .prefault({}),
    hosts: z.array(hostSchema).default([]),
  })
  .check(({ value: { poll, hosts }, issues }) => {
    for (const { path, message } of [...tooSlow(poll, hosts), ...duplicates(hosts)])
      issues.push({ code: "custom", input: hosts, path, message });
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

/** `config check`: reads a config and all that it names, and tells everything that is wrong. */
import { dirname } from "node:path";
import type { Config } from "../config.ts";
import { DEFAULTS } from "../config/defaults.ts";
import { from } from "../config/discovery.ts";
import {
  loadOf,
  MAX_SCRAPE_BYTES,
  NO_LOAD,
  shardsFor,
  together,
} from "../config_check/estimate.ts";
import { namedFindings } from "../config_check/files.ts";
import {
  type Finding,
  placed,
  type Placed,
  safe,
  SEVERITIES,
  type Severity,
} from "../config_check/findings.ts";
import { idleParts, type Share, sharesOf } from "../config_check/fleet.ts";
import { fileSources, httpSource, type Source } from "../config_check/lists.ts";
import { unknownNames } from "../config_check/names.ts";
import { picture, type Row } from "../config_check/picture.ts";
import { salvage, type Salvaged } from "../config_check/salvage.ts";
import { settingsFindings, stateFindings, webFindings } from "../config_check/settings.ts";
import { bytes, plural } from "../judge/format.ts";
import { CRIT, OK, type State, WARN } from "../judge/state.ts";
import type { Store } from "../memory/store.ts";
import { staticHosts } from "../targets/static.ts";
import { lookedUp, type StateFlags, stateFlag, textOf } from "./usage.ts";

export interface ConfigCheckFlags extends StateFlags {
  readonly config?: string;
  readonly strict?: boolean;
  readonly offline?: boolean;
}

/** More of one kind are counted, not told. */
const MAX_TOLD = 500;

/** Gives what is to be printed, and what Nagios would make of it. Rejects as textOf does. */
export async function configCheck(
  flags: ConfigCheckFlags,
): Promise<{ readonly text: string; readonly state: State }> {
  const { config: file = "without a config" } = flags;
  const text = flags.config === undefined ? NO_CONFIG : textOf(flags.config);
  const salvaged = salvage(text, file);
  const { config: read, findings } = salvaged;
  const errors = findings.map((line): Finding => ({ severity: "error", line }));
  const config = read && { ...read, ...stateFlag(flags) };
  const found = config ? await examined(config, { text, file, salvaged, flags }) : undefined;
  const all = [...errors, ...(found?.findings ?? [])];
  const counts = SEVERITIES.map((severity) => ofSeverity(all, severity).length);
  const [wrong = 0, amiss = 0] = counts;
  return {
    text: [
      ...SEVERITIES.flatMap((severity) => told(ofSeverity(all, severity), severity)),
      ...(found ? [...(all.length > 0 ? [""] : []), found.picture] : []),
      `${safe(file)}: ${conclusion(counts)}\n`,
    ].join("\n"),
    state: wrong > 0 ? CRIT : amiss > 0 && flags.strict ? WARN : OK,
  };
}

/** What is polled without a config stands for it. */
const NO_CONFIG = `hosts: [{ address: ${DEFAULTS.host} }]\n`;

const ofSeverity = (all: readonly Finding[], severity: Severity): readonly Finding[] =>
  all.filter((one) => one.severity === severity);

function told(findings: readonly Finding[], severity: Severity): string[] {
  const more = findings.length - MAX_TOLD;
  return [
    ...findings.slice(0, MAX_TOLD).map(({ line }) => `${severity.padEnd(7)}  ${safe(line)}`),
    ...(more > 0 ? [`${severity.padEnd(7)}  and ${more} more`] : []),
  ];
}

const conclusion = (counts: readonly number[]): string =>
  SEVERITIES.flatMap((severity, i) => (counts[i] ? plural(counts[i], severity) : [])).join(", ") ||
  "nothing is wrong";

interface Work {
  readonly text: string;
  readonly file: string;
  readonly salvaged: Salvaged;
  readonly flags: ConfigCheckFlags;
}

async function examined(config: Config, work: Work) {
  const { text, file, salvaged, flags } = work;
  const { pathOf } = salvaged;
  const isOffline = flags.offline ?? false;
  const warnings = new Set<string>();
  const warn = (line: string): void => void warnings.add(line);
  const ofState = stateFindings(config);
  const inStore = <T>(use: (store: Store) => T): T | undefined =>
    ofState.length === 0 ? lookedUp(config, use, warn) : undefined;
  const kept = inStore(
    (store) => new Map(config.httpSd.map(({ url }) => [url, store.targets(url)])),
  );
  const [{ web, findings: ofWeb }, named, served] = await Promise.all([
    webFindings(config.webConfig),
    namedFindings(config, pathOf),
    Promise.all(
      config.httpSd.map((place, i) =>
        httpSource(place, pathOf("http_sd", i), {
          ...{ poll: config.poll, kept: (url: string) => kept?.get(url), isOffline },
        }),
      ),
    ),
  ]);
  const members = staticHosts(config).map((host, i) => ({ host, path: pathOf("hosts", i) }));
  const files = listed(config, work);
  const sources = [
    { name: file, members, text },
    ...files.sources,
    ...served.map(({ source }) => source),
  ];
  const { shares, findings: twice } = sharesOf(sources.filter(isTold));
  const hosts = shares.flatMap((share) => share.hosts);
  const rows =
    inStore((store) => shares.map((share) => rowOf(share, config, store))) ??
    shares.map((share) => rowOf(share, config, undefined));
  const doubts = [salvaged, files, ...served].map(({ findings }) => findings.length);
  const isWhole = [...doubts, files.remarks.length].every((count) => count === 0);
  const remarks: Placed[] = [
    ...settingsFindings(config, web, pathOf),
    ...ofState,
    ...named,
    ...files.remarks,
    ...served.flatMap(({ findings }) => findings),
    ...idleParts(config, hosts, { pathOf, isWhole }),
    ...tooMuch(rows, config),
  ];
  return {
    findings: [
      ...placed(text, file, remarks),
      ...[...ofWeb, ...files.findings, ...twice],
      ...Array.from(warnings, (line): Finding => ({ severity: "warning", line })),
      ...(isOffline ? [] : await unknownNames(hosts)),
    ],
    picture: picture(rows, config.poll.maxOpen),
  };
}

/** The config itself is no source where it lists no hosts and others do. */
const isTold = ({ members }: Source, i: number, all: readonly Source[]): boolean =>
  i > 0 || members.length > 0 || all.length === 1;

/** What the files of `file_sd` list. */
function listed({ fileSd, poll }: Config, { file, salvaged: { filePaths } }: Work) {
  const remarks: Placed[] = [];
  const read = fileSd.map((pattern, i) => {
    const found = fileSources(from(dirname(file), pattern), poll);
    if (found.sources.length === 0 && found.findings.length === 0)
      remarks.push({
        ...{ severity: "warning", path: filePaths[i] ?? ["file_sd"] },
        message: `${pattern}: there is no such file yet`,
      });
    return found;
  });
  return {
    sources: read.flatMap(({ sources }) => sources),
    findings: read.flatMap(({ findings }) => findings),
    remarks,
  };
}

function rowOf(
  { name, hosts, duplicates }: Share,
  { poll }: Config,
  store: Store | undefined,
): Row {
  const loads = hosts.map((host) => loadOf(host, store?.known(host.name), poll));
  const withoutAddress = hosts.filter(({ address }) => address === "").length;
  return { name: safe(name), load: loads.reduce(together, NO_LOAD), duplicates, withoutAddress };
}

/** What is more than somebody takes at once. */
function tooMuch(rows: readonly Row[], { poll }: Config): Placed[] {
  const load = rows.map((row) => row.load).reduce(together, NO_LOAD);
  const found: Placed[] = [];
  const shards = shardsFor(load.bytes);
  if (shards > 1)
    found.push({
      ...{ severity: "warning", path: [] },
      message:
        `a scrape of all hosts is about ${bytes(load.bytes)}; vmagent refuses more than ` +
        `${bytes(MAX_SCRAPE_BYTES)}: scrape ${shards} parts (?shard=1/${shards}, scrape-config --shards ${shards})`,
    });
  if (load.hanging > poll.maxOpen)
    found.push({
      ...{ severity: "warning", path: ["poll", "max_open"] },
      message: `hosts that hang may want ${Math.ceil(load.hanging)} connections, there are ${poll.maxOpen}: others would wait`,
    });
  return found;
}

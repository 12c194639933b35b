/** One look at one host, as commands take it: over the network, or at a report that was saved. */
import { basename } from "node:path";
import { checks } from "../checks/index.ts";
import type { Config } from "../config.ts";
import type { Examination } from "../examine.ts";
import { evaluate } from "../judge/evaluate.ts";
import { judging } from "../judging.ts";
import { parse, type HostReport, type Report } from "../parse.ts";
import type { Failure, Memory } from "../snapshots.ts";
import { FetchError } from "../sources/source.ts";
import { staticHosts } from "../targets/static.ts";
import { fetchReport } from "./fetch.ts";
import { readInput } from "./input.ts";
import {
  configOf,
  epoch,
  hostOf,
  knownOf,
  seconds,
  type StateFlags,
  stateFlag,
  UsageError,
  type Warn,
} from "./usage.ts";

export interface LookFlags extends StateFlags {
  readonly config?: string;
  readonly timeout?: string;
  readonly file?: string;
  readonly at?: string;
  readonly previous?: string;
  readonly previousAt?: string;
  readonly guest?: string;
}

/** What came, and how it is to be judged. */
export interface Look {
  readonly report: Report;
  /** Of the host that is looked at. */
  readonly own: HostReport;
  readonly examination: Examination;
}

/** Why there is nothing to look at. */
interface Nothing {
  readonly host: string;
  readonly failure: Failure;
  /** Epoch seconds. */
  readonly at: number;
}

const EMPTY: HostReport = { host: "", sections: new Map(), parts: [] };

/**
 * Gets a host's report, or a saved one. Throws a UsageError for flags that make no sense; `warn` is
 * told of a baseline that cannot be read.
 */
export async function look(
  name: string | undefined,
  flags: LookFlags,
  warn: Warn,
): Promise<Look | Nothing> {
  const config = { ...configOf(flags.config), ...stateFlag(flags) };
  if (flags.file !== undefined) {
    const saved = await savedReport(flags.file, flags.at);
    const known = staticHosts(config).find((host) => host.name === name);
    const host = known ?? { name: name ?? basename(flags.file), labels: {}, tags: [] };
    return looked(saved, { host, flags, config, warn });
  }
  if (name === undefined) throw new UsageError("needs a HOST, or a report with --file");
  const host = hostOf(name, config);
  const timeoutSeconds = flags.timeout ? seconds(flags.timeout) : host.timeoutSeconds;
  const fetched = await fetchReport({ ...host, timeoutSeconds }).catch(failureOf);
  const now = Date.now() / 1000;
  if (!Buffer.isBuffer(fetched)) return { host: name, failure: fetched, at: now };
  const report = parse(fetched, { own: host.name });
  const at = flags.at === undefined ? now : epoch(flags.at);
  return looked({ report, at, bytes: fetched.length }, { host, flags, config, warn });
}

interface Saved {
  readonly report: Report;
  readonly at: number;
  readonly bytes: number;
}

interface Circumstances {
  readonly host: Examination["host"];
  readonly flags: LookFlags;
  readonly config: Config;
  readonly warn: Warn;
}

async function looked(
  { report, at, bytes }: Saved,
  { host, flags, config, warn }: Circumstances,
): Promise<Look> {
  const { guest = "" } = flags;
  const own = partOf(report, guest);
  if (guest !== "" && own === EMPTY) throw new UsageError(`${host.name} says nothing of ${guest}`);
  const examined = guest === "" ? host : { name: guest, labels: {}, tags: [] };
  const memory = await memoryOf(flags);
  const known = flags.file === undefined ? knownOf(examined.name, config, warn) : undefined;
  const judges = judging(checks, config);
  const examination = {
    host: examined,
    at,
    bytes,
    memory,
    known: () => known,
    judging: judges,
    cut: report.cut,
  };
  return { report, own, examination };
}

const partOf = ({ hosts }: Report, guest = ""): HostReport =>
  hosts.find(({ host }) => host === guest) ?? EMPTY;

/** A report that was saved earlier, and when, unless it says so itself. */
async function savedReport(file: string, at?: string): Promise<Saved> {
  const { bytes, at: saved } = await readInput(file);
  const report = parse(bytes, { tornLine: "keep" });
  return { report, at: at === undefined ? saved : epoch(at), bytes: bytes.length };
}

async function memoryOf({ previous, previousAt, guest }: LookFlags): Promise<Memory | undefined> {
  if (previous === undefined) return undefined;
  const { report, at } = await savedReport(previous, previousAt);
  const sections = partOf(report, guest).sections.values();
  return { previous: evaluate(sections, { catalogue: checks, at }).previous, since: new Map() };
}

/** Why a host gave no report is a finding like any other; it tells no secrets. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof FetchError)) throw error;
  return { reason: error.reason, message: error.message };
}

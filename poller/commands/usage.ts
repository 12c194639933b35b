import { statSync } from "node:fs";
import { join } from "node:path";
import { parseAddress } from "../address.ts";
import { type Config, defaultConfig, readConfig } from "../config.ts";
import { DEFAULTS } from "../config/defaults.ts";
import { configText } from "../config/text.ts";
import type { Known } from "../judge/baseline.ts";
import type { Release } from "../memory/lock.ts";
import { openStore, stateDirectory, STORE_FILE, type Store } from "../memory/store.ts";
import type { Host } from "../targets/host.ts";
import { hostAt, staticHosts } from "../targets/static.ts";
import { parseDuration } from "../units.ts";

/** A command line that cannot be obeyed; one line for people. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const UNREAD: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  ENOTDIR: "it is no folder",
  ENXIO: "it is no regular file",
};

/** A system error of reading a file, in words; another error as it is. */
export function unread(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new UsageError(`cannot read ${path}: ${UNREAD[code] ?? message}`);
}

/** The text of a config, which may be piped in. Throws a UsageError or a ConfigError. */
export function textOf(file: string): string {
  try {
    return configText(file, { mayBeHanded: true });
  } catch (error) {
    throw unread(file, error);
  }
}

/** The config of a file, or what holds without one. Throws a UsageError or a ConfigError. */
export const configOf = (file: string | undefined): Config =>
  file === undefined ? defaultConfig() : readConfig(file, textOf(file));

/** A flag that says where state is kept, over what a config says. */
export interface StateFlags {
  readonly stateDir?: string;
}

export const stateFlag = ({ stateDir }: StateFlags): StateFlags =>
  stateDir === undefined ? {} : { stateDir };

/** The store of a config. Throws a UsageError where it cannot be opened. */
export function storeOf({ stateDir }: Config, onFault: (error: Error) => void): Store {
  const folder = stateDir ?? stateDirectory();
  try {
    return openStore(folder, onFault);
  } catch (error) {
    throw noState(folder, error);
  }
}

/** Holds the state directory of a config. Rejects with StateInUse, or with a UsageError. */
export async function lockOf({ stateDir }: Pick<Config, "stateDir">): Promise<Release> {
  const folder = stateDir ?? stateDirectory();
  // Nobody else needs it, and it takes its time to load.
  const { lockState, StateInUse } = await import("../memory/lock.ts");
  try {
    return await lockState(folder);
  } catch (error) {
    if (error instanceof StateInUse) throw error;
    throw noState(folder, error);
  }
}

const noState = (folder: string, error: unknown): UsageError =>
  new UsageError(`cannot keep state in ${folder} (state_dir): ${(error as Error).message}`);

/** Is told, in one line, of what is amiss and does not keep a command from its work. */
export type Warn = (line: string) => void;

/**
 * Has `use` look into the store of a config, where there is one: it is not made. `warn` is told of
 * one that cannot be read; then nothing is known.
 */
export function lookedUp<T>(
  { stateDir }: Pick<Config, "stateDir">,
  use: (store: Store) => T,
  warn: Warn,
): T | undefined {
  const folder = stateDir ?? stateDirectory();
  let fault: unknown;
  try {
    statSync(join(folder, STORE_FILE));
    const store = openStore(folder, (error) => (fault ??= error));
    const found = use(store);
    void store.close();
    if (fault === undefined) return found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    fault = error;
  }
  const { code, message } = fault as NodeJS.ErrnoException;
  warn(`cannot read the state in ${folder} (state_dir): ${UNREAD[code ?? ""] ?? message}`);
  return undefined;
}

/** The baseline of a host, where there is one; `warn` is told of a store that cannot be read. */
export const knownOf = (host: string, config: Config, warn: Warn): Known | undefined =>
  lookedUp(
    config,
    (store) => store.known(host),
    (line) => warn(`${line}; judged without a baseline`),
  );

/** A host by its name in the config, else by `ADDRESS[:PORT]`. Throws a UsageError for neither. */
export function hostOf(text: string, config: Config): Host {
  const named = staticHosts(config).find(({ name }) => name === text);
  if (named) return named;
  const address = parseAddress(text, DEFAULTS.port);
  if (!address) throw new UsageError(`${text} is neither a host of the config nor ADDRESS[:PORT]`);
  return hostAt(address, config.poll);
}

const MAX_TIMEOUT_SECONDS = 600;

/** Seconds in `10`, `10s`, `1m30s`: for how long a host may keep us waiting. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : parseDuration(text);
  if (value === undefined || value <= 0) throw new UsageError(`${text} is not a time such as 10s`);
  if (value > MAX_TIMEOUT_SECONDS) throw new UsageError(`${text} is longer than 10m`);
  return value;
}

/** A moment in epoch seconds. */
export function epoch(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`${text} is not a time in epoch seconds`);
  return Number(text);
}

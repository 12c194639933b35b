/** What the agent is told by flags and environment: flags win over ROUNDSMAN_AGENT_*, that over MK_*. */
import { resolve } from "node:path";
import { CRYPT_IDS, isCryptId, type CryptId } from "../wire/crypt.ts";
import { AllowList, isLoopback, isNetwork } from "./allow.ts";
import type { TlsFiles } from "./identities.ts";
import { formatPlace, parsePlace, type Place } from "./place.ts";
import { UsageError } from "./usage.ts";

export interface Options {
  /** Empty where nothing was said: then sockets of systemd's, else port 6556 of loopback. */
  readonly listen: readonly Place[];
  /** Addresses and networks that may fetch; empty: no list. */
  readonly onlyFrom: readonly string[];
  readonly open: boolean;
  readonly pluginsDir: string;
  readonly localDir: string;
  readonly configDir: string;
  readonly stateDir: string;
  /** Whether the host is a container. */
  readonly container: "auto" | "yes" | "no";
  /** The version of Checkmk's agent to pass for. */
  readonly checkmkCompatible?: string | undefined;
  /** Seconds from tick to tick. */
  readonly interval: number;
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  readonly encryption: { readonly id: CryptId; readonly passphraseFile?: string | undefined };
  readonly tls?: TlsFiles | undefined;
  /** Who to be once the ports are open. */
  readonly user?: string | undefined;
}

/** As the flags are spelled, without their dashes. */
export interface Flags {
  readonly listen?: readonly string[];
  readonly onlyFrom?: readonly string[];
  readonly open?: boolean;
  readonly plugins?: string;
  readonly local?: string;
  readonly configDir?: string;
  readonly stateDir?: string;
  readonly container?: string;
  readonly checkmkCompatible?: string | true;
  readonly interval?: string;
  readonly maxConnections?: string;
  readonly maxPerAddress?: string;
  readonly encryptionPassphraseFile?: string;
  readonly encryptionId?: string;
  readonly tlsCert?: readonly string[];
  readonly tlsKey?: readonly string[];
  readonly tlsCa?: string;
  readonly user?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_ENCRYPTION = "05";
/** To pass for unless another is given. */
const CHECKMK_VERSION = "2.4.0p21";

interface Folders {
  readonly library: string;
  readonly config: string;
  readonly state: string;
}
const OWN_FOLDERS: Folders = {
  library: "/usr/lib/roundsman",
  config: "/etc/roundsman",
  state: "/var/lib/roundsman",
};
const CHECKMK_FOLDERS: Folders = {
  library: "/usr/lib/check_mk_agent",
  config: "/etc/check_mk",
  state: "/var/lib/check_mk_agent",
};

/** Throws a `UsageError` for the first value that makes no sense. */
export function decodeOptions(flags: Flags, env: Environment): Options {
  const set = (name: string): string | undefined => (env[name] === "" ? undefined : env[name]);
  const own = (name: string): string | undefined => set(`ROUNDSMAN_AGENT_${name}`);
  const checkmkCompatible = checkmkVersion(flags.checkmkCompatible ?? own("CHECKMK_COMPATIBLE"));
  const folders = checkmkCompatible === undefined ? OWN_FOLDERS : CHECKMK_FOLDERS;
  const library = set("MK_LIBDIR") ?? folders.library;
  const whole = (flag: string, given: string | undefined, usual: number, most: number): number =>
    wholeNumber(`--${flag}`, given ?? own(flag.toUpperCase().replaceAll("-", "_")), usual, most);
  const options: Options = {
    listen: words("--listen", flags.listen, own("LISTEN") ?? "").map(parsePlace),
    onlyFrom: words("--only-from", flags.onlyFrom, own("ONLY_FROM") ?? ""),
    open: flags.open ?? yes("ROUNDSMAN_AGENT_OPEN", own("OPEN")),
    pluginsDir: resolve(flags.plugins ?? own("PLUGINS") ?? `${library}/plugins`),
    localDir: resolve(flags.local ?? own("LOCAL") ?? `${library}/local`),
    configDir: resolve(flags.configDir ?? own("CONFIG_DIR") ?? set("MK_CONFDIR") ?? folders.config),
    stateDir: resolve(flags.stateDir ?? own("STATE_DIR") ?? set("MK_VARDIR") ?? folders.state),
    container: containerWord(flags.container ?? own("CONTAINER") ?? "auto"),
    checkmkCompatible,
    interval: whole("interval", flags.interval, 10, 3600),
    maxConnections: whole("max-connections", flags.maxConnections, 128, 65_535),
    maxPerAddress: whole("max-per-address", flags.maxPerAddress, 16, 65_535),
    encryption: {
      id: cryptId(flags.encryptionId ?? own("ENCRYPTION_ID") ?? DEFAULT_ENCRYPTION),
      passphraseFile: flags.encryptionPassphraseFile ?? own("ENCRYPTION_PASSPHRASE_FILE"),
    },
    tls: tlsFiles(
      words("--tls-cert", flags.tlsCert, own("TLS_CERT") ?? ""),
      words("--tls-key", flags.tlsKey, own("TLS_KEY") ?? ""),
      flags.tlsCa ?? own("TLS_CA"),
    ),
    user: flags.user ?? own("USER"),
  };
  const odd = options.onlyFrom.find((entry) => !isNetwork(entry));
  if (odd !== undefined)
    throw new UsageError(
      `--only-from: ${JSON.stringify(odd)} is neither an address nor a network (192.0.2.0/24)`,
    );
  return options;
}

/** Who may fetch; `undefined` where everybody may. */
export const allowListOf = ({ onlyFrom }: Options): AllowList | undefined =>
  onlyFrom.length === 0 ? undefined : new AllowList(onlyFrom);

/**
 * Refuses to tell the whole network about this host unless told who may know, or that this is meant;
 * `guarded` where what is told is encrypted.
 */
export function refuseUnguarded(
  { onlyFrom, open, listen }: Options,
  { guarded = false, places = listen }: { guarded?: boolean; places?: readonly Place[] } = {},
): void {
  const beyond = places.find((one) => "address" in one && !isLoopback(one.address));
  if (!beyond || guarded || onlyFrom.length > 0 || open) return;
  throw new UsageError(
    `listening on ${formatPlace(beyond)} would answer everybody: say who may fetch with ` +
      "--only-from ADDRESS,..., or encrypt with --tls-cert or --encryption-passphrase-file, or say " +
      "that this is meant with --open",
  );
}

function containerWord(text: string): Options["container"] {
  if (text === "auto" || text === "yes" || text === "no") return text;
  throw new UsageError(`--container: ${JSON.stringify(text)} is none of auto yes no`);
}

function checkmkVersion(given: string | true | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (given === true) return CHECKMK_VERSION;
  if (/^\d+\.\d+\.\d+[a-z0-9.-]*$/.test(given)) return given;
  return yes("--checkmk-compatible", given) ? CHECKMK_VERSION : undefined;
}

function cryptId(text: string): CryptId {
  if (isCryptId(text)) return text;
  throw new UsageError(
    `--encryption-id: ${JSON.stringify(text)} is none of ${CRYPT_IDS.join(" ")}`,
  );
}

function tlsFiles(
  certs: readonly string[],
  keys: readonly string[],
  ca: string | undefined,
): TlsFiles | undefined {
  if (certs.length === 0 && keys.length === 0 && ca === undefined) return undefined;
  if (certs.length === 0 || certs.length !== keys.length || ca === undefined)
    throw new UsageError("TLS needs --tls-cert, as many --tls-key, and --tls-ca");
  return { certs, keys, ca };
}

/** Words between commas and blanks; a flag that is given has to hold one. */
function words(name: string, given: readonly string[] | undefined, otherwise: string): string[] {
  const found = (given ?? [otherwise]).flatMap((text) => text.split(/[\s,]+/)).filter(Boolean);
  if (given && found.length === 0) throw new UsageError(`${name}: nothing given`);
  return found;
}

function wholeNumber(name: string, given: string | undefined, usual: number, most: number): number {
  if (given === undefined) return usual;
  const value = /^\d+$/.test(given) ? Number(given) : NaN;
  if (value >= 1 && value <= most) return value;
  throw new UsageError(`${name}: ${JSON.stringify(given)} is not a whole number from 1 to ${most}`);
}

function yes(name: string, given: string | undefined): boolean {
  if (given === undefined || /^(0|no|false)$/i.test(given)) return false;
  if (/^(1|yes|true)$/i.test(given)) return true;
  throw new UsageError(`${name}: ${JSON.stringify(given)} is neither yes nor no`);
}

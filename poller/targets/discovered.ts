/** Lists of targets as Prometheus' file_sd and http_sd have them: `[{ targets: [], labels: {} }]`. */
import { formatAddress, parseAddress } from "../address.ts";
import type { PollSettings } from "../config.ts";
import { DEFAULTS } from "../config/defaults.ts";
import type { Host } from "./host.ts";
import { hostAt } from "./static.ts";

/** How long a list may be, from wherever it comes. */
export const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** What a list may hold. */
const MAX_HOSTS = 100_000;
const MAX_NAME = 255;
const MAX_LABEL = 1024;

/** A list that cannot be used: what is wrong, and where in it. */
export class ListError extends Error {
  override readonly name = "ListError";
  /** From 1; absent where that is not known. */
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/**
 * The hosts of a list: each target is `HOST` or `HOST:PORT`. A host's name is its label `__name`, else
 * its address and port; `__tags` are its tags with commas between. Other labels that begin with two
 * underscores say how somebody came by it, and are dropped. Throws a ListError.
 */
export function discovered(list: unknown, poll: PollSettings): Host[] {
  if (!Array.isArray(list)) throw new ListError("must be a list of { targets, labels }");
  const hosts = list.flatMap((group: unknown, i) => [...groupHosts(group, `[${i}]`, poll)]);
  if (hosts.length > MAX_HOSTS) throw new ListError(`more than ${MAX_HOSTS} targets`);
  return hosts;
}

function* groupHosts(group: unknown, at: string, poll: PollSettings): Generator<Host> {
  const { targets, labels = {}, ...others } = mapping(group, at);
  const [odd] = Object.keys(others);
  if (odd !== undefined) throw new ListError(`${at}: unknown key ${JSON.stringify(odd)}`);
  if (!Array.isArray(targets)) throw new ListError(`${at}.targets: must be a list`);
  const own = labelsOf(labels, `${at}.labels`);
  for (const [i, target] of (targets as unknown[]).entries()) {
    const address = typeof target === "string" ? parseAddress(target, DEFAULTS.port) : undefined;
    if (!address) throw new ListError(`${at}.targets[${i}]: must be HOST or HOST:PORT`);
    const { name = formatAddress(address), tags, labels } = own;
    if (own.name !== undefined && targets.length > 1)
      throw new ListError(`${at}.labels.__name: is one name for several targets`);
    yield { ...hostAt(address, poll), name, tags, labels };
  }
}

interface Labels {
  readonly name: string | undefined;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

function labelsOf(value: unknown, at: string): Labels {
  const found = Object.entries(mapping(value, at)).map(([key, text]) => {
    if (typeof text !== "string" || text.length > MAX_LABEL)
      throw new ListError(`${at}.${key}: must be text of ${MAX_LABEL} characters at most`);
    return [key, text] as const;
  });
  const { __name: name, __tags: tags = "" } = Object.fromEntries(found) as Record<string, string>;
  if (name !== undefined && (name === "" || name.length > MAX_NAME || /\p{Cc}/u.test(name)))
    throw new ListError(`${at}.__name: must be 1 to ${MAX_NAME} characters that print`);
  const own = found.filter(([key]) => !key.startsWith("__") && key !== "instance");
  const odd = own.find(([key]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key));
  if (odd) throw new ListError(`${at}: ${JSON.stringify(odd[0])} is not a label name`);
  return {
    name,
    tags: tags.split(",").flatMap((tag) => tag.trim() || []),
    labels: Object.fromEntries(own),
  };
}

function mapping(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ListError(`${at}: must be a mapping`);
  return { ...value };
}

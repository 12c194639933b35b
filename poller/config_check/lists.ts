/** Lists of targets that a config names, with all that is wrong with them. */
import { readFileSync, statSync } from "node:fs";
import type { PollSettings } from "../config.ts";
import type { Remark } from "../config/located.ts";
import { plural } from "../judge/format.ts";
import { discovered, ListError, MAX_LIST_BYTES } from "../targets/discovered.ts";
import { filesOf } from "../targets/file_sd.ts";
import type { Host } from "../targets/host.ts";
import { type HttpPlace, HttpTargets, shown } from "../targets/http_sd.ts";
import { listIn } from "../targets/list_text.ts";
import { type Finding, placed, type Placed } from "./findings.ts";

/** A host, and where it stands in its source. */
export interface Member {
  readonly host: Host;
  readonly path: Remark["path"];
}

/** Where hosts come from. */
export interface Source {
  /** For people. */
  readonly name: string;
  readonly members: readonly Member[];
  /** What it was read from, where there is a text with lines. */
  readonly text?: string;
}

/** Hosts of a list, and what is wrong with it: then there are those that can be read. */
function membersOf(
  list: unknown,
  poll: PollSettings,
): { readonly members: readonly Member[]; readonly faults: readonly Placed[] } {
  if (!Array.isArray(list))
    return { members: [], faults: [{ severity: "error", path: [], message: attempt(list, poll) }] };
  const faults: Placed[] = [];
  const members = (list as unknown[]).flatMap((group, i): Member[] => {
    const targets = targetsOf(group);
    const whole = readGroup(group, poll);
    if (Array.isArray(whole)) return whole.map((host, j) => ({ host, path: [i, "targets", j] }));
    // What is wrong besides its targets, or with the group as a whole; then each target alone.
    const isGroup = typeof group === "object" && group !== null && "targets" in group;
    const rest = isGroup ? readGroup({ ...group, targets: [] }, poll) : whole;
    const own = targets.map((target) => readGroup({ targets: [target] }, poll));
    if (!Array.isArray(rest)) faults.push(faultAt(rest, i));
    else if (own.every(Array.isArray)) faults.push(faultAt(whole, i));
    for (const [j, one] of own.entries())
      if (!Array.isArray(one)) faults.push({ ...faultAt(one, i), path: [i, "targets", j] });
    return [];
  });
  return { members, faults };
}

const targetsOf = (group: unknown): readonly unknown[] => {
  const { targets } = (typeof group === "object" && group ? group : {}) as { targets?: unknown };
  return Array.isArray(targets) ? targets : [];
};

function readGroup(group: unknown, poll: PollSettings): Host[] | string {
  try {
    return discovered([group], poll);
  } catch (error) {
    if (error instanceof ListError) return error.message;
    throw error;
  }
}

/** A list's own message says where in a list of one group. */
function faultAt(message: string, group: number): Placed {
  const [, path = "", what = message] = /^\[0\]([^:\s]*): ([^]*)$/.exec(message) ?? [];
  const keys = path.split(".").filter((key) => key !== "");
  return { severity: "error", path: [group, ...keys], message: what };
}

function attempt(list: unknown, poll: PollSettings): string {
  try {
    discovered(list, poll);
    return "cannot be used";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The files that a pattern means, and all that is wrong with them. */
export function fileSources(
  pattern: string,
  poll: PollSettings,
): { readonly sources: readonly Source[]; readonly findings: readonly Finding[] } {
  const read = filesOf(pattern).map((path) => readFile(path, poll));
  return {
    sources: read.flatMap(({ source }) => source ?? []),
    findings: read.flatMap(({ findings }) => findings),
  };
}

interface Read {
  readonly source?: Source;
  readonly findings: readonly Finding[];
}

function readFile(path: string, poll: PollSettings): Read {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Error("is not a file");
    if (found.size > MAX_LIST_BYTES) throw new Error(`is larger than ${MAX_LIST_BYTES} bytes`);
    const text = readFileSync(path, "utf8");
    const list = listIn(text, path.endsWith(".json") ? "json" : "yaml");
    const { members, faults } = membersOf(list, poll);
    return { source: { name: path, members, text }, findings: placed(text, path, faults) };
  } catch (error) {
    // It may be written yet.
    const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = isGone ? "no such file" : (error as Error).message;
    const line = error instanceof ListError ? error.line : undefined;
    const place = line === undefined ? path : `${path}:${line}`;
    return {
      findings: [{ severity: isGone ? "warning" : "error", line: `${place}: ${what}` }],
    };
  }
}

interface HttpOptions {
  readonly poll: PollSettings;
  /** The last good list of a server, as JSON. */
  readonly kept: (url: string) => string | undefined;
  readonly isOffline: boolean;
}

/** What a server lists, or listed when it was last asked; `path` is where the config names it. */
export async function httpSource(
  place: HttpPlace,
  path: Remark["path"],
  { poll, kept, isOffline }: HttpOptions,
): Promise<{ readonly source: Source; readonly findings: readonly Placed[] }> {
  let json = kept(place.url);
  const targets = new HttpTargets(place, {
    targets: () => json,
    keepTargets: (_, text) => void (json = text),
  });
  if (!isOffline) await targets.refresh(poll);
  const { faults } = targets.read(poll);
  const text = json ?? "[]";
  const { members } = membersOf(parsed(text), poll);
  const last =
    json === undefined ? "" : `; ${plural(members.length, "host")} of its last good list`;
  const name = shown(place.url);
  return {
    source: { name, members, text },
    findings: isOffline
      ? [{ severity: "note", path: [...path, "url"], message: `${name}: not asked${last}` }]
      : faults.map((fault) => ({
          ...{ severity: "error", path: [...path, "url"] },
          message: `${fault}${last}`,
        })),
  };
}

/** What was kept is as good as the disk that it was kept on. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return [];
  }
}

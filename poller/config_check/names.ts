/** Whether the names at which hosts are polled have addresses. */
import { lookup } from "node:dns/promises";
import pLimit from "p-limit";
import { plural } from "../judge/format.ts";
import type { Host } from "../targets/host.ts";
import type { Finding } from "./findings.ts";

/** Names that are looked up at once, and for how long in all. */
const AT_ONCE = 4;
const PATIENCE_MILLISECONDS = 10_000;

/** Of either version; what looks like one is none of the names that are looked up. */
const IP_ADDRESS = /:|^[\d.]+$/;

/** Hosts that are polled at a name which nobody knows; with so many names that may not be all. */
export async function unknownNames(
  hosts: readonly Host[],
  milliseconds = PATIENCE_MILLISECONDS,
): Promise<Finding[]> {
  const remote = hosts.filter(
    ({ program, file, address }) => !program && !file && !IP_ADDRESS.test(address),
  );
  const byName = new Map<string, string[]>();
  for (const { address, name } of remote)
    byName.set(address, [...(byName.get(address) ?? []), name]);
  const known = new Map<string, string>();
  const looking = pLimit(AT_ONCE);
  const all = Array.from(byName.keys(), (name) =>
    looking(async () => void known.set(name, await fate(name))),
  );
  const timer = new AbortController();
  await Promise.race([Promise.all(all), patience(milliseconds, timer.signal)]);
  timer.abort();
  looking.clearQueue();
  const told = [...byName].flatMap(([address, names]) =>
    known.get(address) === UNKNOWN
      ? names.map((name): Finding => ({
          severity: "warning",
          line: `${name}: there is no host of the name ${address}`,
        }))
      : [],
  );
  const left = [...byName.keys()].filter((name) => !ANSWERS.has(known.get(name) ?? ""));
  const isLate = (name: string): boolean => !known.has(name);
  return [
    ...told,
    ...some(
      "warning",
      "could not be looked up",
      left.filter((name) => !isLate(name)),
    ),
    ...some("note", `not looked up within ${milliseconds / 1000} s`, left.filter(isLate)),
  ];
}

function some(severity: Finding["severity"], what: string, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  const more = names.length > MAX_SHOWN ? ", …" : "";
  const line = `${plural(names.length, "name")} ${what}: ${names.slice(0, MAX_SHOWN).join(", ")}${more}`;
  return [{ severity, line }];
}

const MAX_SHOWN = 3;
const FOUND = "found";
const UNKNOWN = "ENOTFOUND";
const ANSWERS: ReadonlySet<string> = new Set([FOUND, UNKNOWN]);

/** What became of a look-up: an error of the resolver, if it is not one of the two above. */
const fate = (name: string): Promise<string> =>
  lookup(name).then(
    () => FOUND,
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? "",
  );

const patience = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });

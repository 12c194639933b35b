/**
 * What systemd says of its units.
 *
 * Source: `systemctl list-unit-files`, `systemctl status --all`, `systemctl --all` (systemctl(1)), each
 *         under its name in brackets, runs of blanks squeezed
 */

import { integer } from "../judge/numbers.ts";

export interface Unit {
  /** In full: `ssh.service`. */
  readonly name: string;
  /** `service`, `socket`, `mount` … */
  readonly kind: string;
  /** `loaded`, `not-found`, `masked` … */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading` … */
  readonly active: string;
  /** As the unit's kind has it: `running`, `exited`, `listening`, `dead` … */
  readonly sub: string;
  readonly description: string;
  /** `enabled`, `disabled`, `static`, `indirect` …; `unknown` where nothing is said. */
  readonly enabled: string;
  readonly status: Status;
}

export interface Status {
  /** Seconds for which the unit has been in its state. */
  readonly seconds?: number | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Seconds. */
  readonly cpu?: number | undefined;
  readonly tasks?: number | undefined;
}

const KINDS = "service|socket|target|device|mount|automount|swap|path|timer|slice|scope|snapshot";
const NAME = new RegExp(`^\\S+\\.(${KINDS})$`);
const TITLE = new RegExp(`^[*●○×↻◌] ?(\\S+\\.(?:${KINDS}))(?: - |$)`, "u");
const GLYPH = /^[*●○×↻◌]\s*/u;
const INSTANCE = /@.*(?=\.)/;
const BLANKS = /\s+/;
const FACT = /^(Active|Memory|CPU|Tasks): (.*)$/;
const AGO = /; (.{1,60}) ago$/;
const SIZE = /^(\d{1,15}(?:\.\d{1,9})?)([BKMGTPE])\b/;
const SPAN = /(\d{1,9}(?:\.\d{1,9})?) ?(years?|y|months?|weeks?|w|days?|d|h|min|ms|us|s)\b/g;

/** systemd's year has 365.25 days, its month a twelfth of that. */
const SECONDS: Readonly<Record<string, number>> = {
  year: 31_557_600,
  y: 31_557_600,
  month: 2_629_800,
  week: 604_800,
  w: 604_800,
  day: 86_400,
  d: 86_400,
  h: 3600,
  min: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
};

/** Whether a name, or a pattern of names, is written in full. */
export const isUnitName = (name: string): boolean => NAME.test(name);

/** The units under `[all]`, in their order; the first of equal names. */
export function readUnits(lines: Iterable<string>): Unit[] {
  const rules = new Map<string, string>();
  const statuses = new Statuses();
  const units = new Map<string, Omit<Unit, "enabled" | "status">>();
  let block = "";
  for (const line of lines) {
    // Not just any bracket: a status may hold the address [::]:111.
    if (line === "[list-unit-files]" || line === "[status]" || line === "[all]") block = line;
    else if (block === "[status]") statuses.add(line);
    else if (block === "[list-unit-files]") {
      const [name = "", rule = "unknown"] = line.split(BLANKS, 2);
      if (NAME.test(name)) rules.set(name, rule);
    } else if (block === "[all]") {
      const words = line.replace(GLYPH, "").split(BLANKS);
      const [name = "", load = "", active = "", sub, ...description] = words;
      const kind = NAME.exec(name)?.[1];
      if (kind === undefined || sub === undefined || units.has(name)) continue;
      units.set(name, { name, kind, load, active, sub, description: description.join(" ") });
    }
  }
  return Array.from(units.values(), (unit) => ({
    enabled: rules.get(unit.name) ?? rules.get(unit.name.replace(INSTANCE, "@")) ?? "unknown",
    status: statuses.of(unit.name),
    ...unit,
  }));
}

/** The paragraphs of `systemctl status`. */
class Statuses {
  readonly #found = new Map<string, Status>();
  #title = "";
  #current: string | undefined;

  add(line: string): void {
    const title = TITLE.exec(line)?.[1];
    if (title !== undefined) this.#title = title;
    // Further lines of `TriggeredBy:` look like titles, but have no such line below them.
    if (line.startsWith("Loaded: ")) this.#current = this.#title;
    const fact = this.#current === undefined ? undefined : readFact(line);
    if (this.#current !== undefined && fact)
      this.#found.set(this.#current, { ...this.#found.get(this.#current), ...fact });
  }

  of(unit: string): Status {
    return this.#found.get(unit) ?? {};
  }
}

function readFact(line: string): Status | undefined {
  const [, key, value = ""] = FACT.exec(line) ?? [];
  switch (key) {
    case "Active":
      return { seconds: timeSpan(AGO.exec(value)?.[1]) };
    case "Memory":
      return { memory: size(value) };
    case "CPU":
      return { cpu: timeSpan(value) };
    case "Tasks":
      return { tasks: integer(value.split(" ", 1)[0]) };
    default:
      return undefined;
  }
}

/** Seconds of `1 month 9 days`, `41min 15.818s`: systemd.time(7). */
export function timeSpan(text = ""): number | undefined {
  const parts = Array.from(text.matchAll(SPAN), ([, count, unit = ""]) => {
    return Number(count) * (SECONDS[unit.replace(/(?<=..)s$/, "")] ?? 0);
  });
  return parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0);
}

/** Bytes of `9.1M (peak: 14.3M)`. */
function size(text: string): number | undefined {
  const [, count, unit = ""] = SIZE.exec(text) ?? [];
  return count === undefined
    ? undefined
    : Math.round(Number(count) * 1024 ** "BKMGTPE".indexOf(unit));
}

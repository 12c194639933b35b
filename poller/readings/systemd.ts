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

const KINDS: ReadonlySet<string> = new Set(
  "service socket target device mount automount swap path timer slice scope snapshot".split(" "),
);
const TITLE = /^[*●○×↻◌] ?(\S+)(?: - |$)/u;
const GLYPH = /^[*●○×↻◌]\s*/u;
const INSTANCE = /@.*(?=\.)/;
const BLANKS = /\s+/;
const MANIFOLD = /\s\s|[^\S ]/;
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
export const isUnitName = (name: string): boolean =>
  kindOf(name) !== undefined && !BLANKS.test(name);

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
      const [name, rest] = word(squeezed(line));
      if (kindOf(name) !== undefined) rules.set(name, word(rest)[0] || "unknown");
    } else if (block === "[all]") {
      const unit = readUnit(line);
      if (unit && !units.has(unit.name)) units.set(unit.name, unit);
    }
  }
  return Array.from(units.values(), ({ name, kind, load, active, sub, description }) => {
    const enabled = rules.get(name) ?? rules.get(name.replace(INSTANCE, "@")) ?? "unknown";
    return { name, kind, load, active, sub, description, enabled, status: statuses.of(name) };
  });
}

function readUnit(line: string): Omit<Unit, "enabled" | "status"> | undefined {
  const [name, afterName] = word(squeezed(isPlain(line) ? line : line.replace(GLYPH, "")));
  const kind = kindOf(name);
  if (kind === undefined) return undefined;
  const [load, afterLoad] = word(afterName);
  const [active, afterActive] = word(afterLoad);
  const [sub, description] = word(afterActive);
  return sub === "" ? undefined : { name, kind, load, active, sub, description };
}

/** What kind of unit bears such a name, if any. */
function kindOf(name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  const kind = dot > 0 ? name.slice(dot + 1) : "";
  return KINDS.has(kind) ? kind : undefined;
}

/** Whether no sign marks a line. */
function isPlain(line: string): boolean {
  const first = line.charCodeAt(0);
  return first < 128 && first !== ASTERISK;
}

const ASTERISK = 42;

/** With one blank wherever there are some. */
const squeezed = (text: string): string =>
  MANIFOLD.test(text) ? text.split(BLANKS).join(" ") : text;

/** The first word and the others. */
function word(text: string): readonly [word: string, rest: string] {
  const end = text.indexOf(" ");
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}

/** The paragraphs of `systemctl status`. */
class Statuses {
  readonly #found = new Map<string, Facts>();
  #title = "";
  #current: Facts | undefined;

  add(line: string): void {
    if (!isPlain(line)) {
      const title = TITLE.exec(line)?.[1];
      if (title !== undefined && kindOf(title) !== undefined) this.#title = title;
    }
    // Further lines of `TriggeredBy:` look like titles, but have no such line below them.
    if (line.startsWith("Loaded: ")) {
      this.#current = this.#found.get(this.#title) ?? new Facts();
      this.#found.set(this.#title, this.#current);
    } else this.#current?.add(line);
  }

  of(unit: string): Status {
    return this.#found.get(unit) ?? NOTHING;
  }
}

/** What is said of one unit: read when it is asked for, as it is of few. */
class Facts implements Status {
  #active = "";
  #memory = "";
  #cpu = "";
  #tasks = "";

  add(line: string): void {
    if (line.startsWith("Active: ")) this.#active = line.slice(8);
    else if (line.startsWith("Memory: ")) this.#memory = line.slice(8);
    else if (line.startsWith("CPU: ")) this.#cpu = line.slice(5);
    else if (line.startsWith("Tasks: ")) this.#tasks = line.slice(7);
  }

  get seconds(): number | undefined {
    return timeSpan(AGO.exec(this.#active)?.[1]);
  }

  get memory(): number | undefined {
    return size(this.#memory);
  }

  get cpu(): number | undefined {
    return timeSpan(this.#cpu);
  }

  get tasks(): number | undefined {
    return integer(word(this.#tasks)[0]);
  }
}

const NOTHING: Status = {};

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

/** Settings of checks as they are written in a config: snake_case, with units, held to what the check knows. */
import type { Check } from "../judge/check.ts";
import { type Levels, NEVER, NEVER_BELOW } from "../judge/levels.ts";
import { STATE_NAMES } from "../judge/state.ts";
import { didYouMean } from "../spelling.ts";
import { parseDuration, parseSize } from "../units.ts";

/** Something that is wrong, and where in the settings. */
interface Finding {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Reads the settings that somebody wrote for a check; findings where it knows no such thing. */
export function readParams(
  check: Check,
  written: unknown,
): { readonly params: Readonly<Record<string, unknown>>; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const shape = { ...check.params, ...check.example };
  const params = new Reader(check, findings).mapping(written, shape, []);
  return { params: completed(params, check.params), findings };
}

/** With what was left out of mappings as the check has it. */
const completed = (read: Record<string, unknown>, own: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(read).map(([key, value]) => {
      const usual = new Map(Object.entries(own)).get(key) as unknown;
      const isPart = isMapping(value) && isMapping(usual) && !isLevels(usual);
      return [key, isPart ? { ...usual, ...completed(value, usual) } : value];
    }),
  );

type Shape = unknown;

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isLevels = (shape: Shape): shape is Levels =>
  isMapping(shape) && Object.keys(shape).sort().join() === "crit,warn";

class Reader {
  readonly #check: string;
  /** Names of settings that are states. */
  readonly #states: ReadonlySet<string | number | undefined>;
  readonly #findings: Finding[];

  constructor({ section, states = [] }: Check, findings: Finding[]) {
    this.#check = section;
    this.#states = new Set(states.map(snakeCase));
    this.#findings = findings;
  }

  /** Keys of the shape in snake_case; `*` there stands for any key. */
  mapping(written: unknown, shape: object, path: Finding["path"]): Record<string, unknown> {
    if (!isMapping(written)) return this.#wrong(path, "must be a mapping", {});
    const known = new Map(Object.keys(shape).map((key) => [snakeCase(key), key]));
    const shapes: Readonly<Record<string, Shape>> = { ...shape };
    const read = Object.entries(written).flatMap(([key, value]) => {
      const own = known.get(key);
      const inner = [...path, key];
      if (own !== undefined && own !== "*") return [[own, this.#value(value, shapes[own], inner)]];
      if ("*" in shapes) return [[key, this.#value(value, shapes["*"], inner)]];
      const names = [...known.keys()];
      const hint = didYouMean(key, names);
      const which = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
      this.#wrong(inner, `the check ${this.#check} has no such setting${hint || `; ${which}`}`, 0);
      return [];
    });
    return Object.fromEntries(read) as Record<string, unknown>;
  }

  #value(written: unknown, shape: Shape, path: Finding["path"]): unknown {
    if (isLevels(shape)) return this.#levels(written, shape, path);
    if (Array.isArray(shape)) return this.#list(written, shape, path);
    // What says of each of its parts how it looks may leave some of them out.
    if (isMapping(shape)) return this.mapping(written, shape, path);
    if (typeof shape === "number" && this.#states.has(path[0])) return this.#state(written, path);
    if (typeof shape === "number") return this.#number(written, shape, path);
    if (typeof shape === "boolean")
      return typeof written === "boolean" ? written : this.#wrong(path, "must be true or false", 0);
    return typeof written === "string" ? written : this.#wrong(path, "must be text", "");
  }

  /** Of mappings: what all of those that are shown have must be there; names tell them apart. */
  #list(written: unknown, shown: readonly Shape[], path: Finding["path"]): unknown[] {
    if (!Array.isArray(written)) return this.#wrong(path, "must be a list", []);
    const mappings = shown.filter(isMapping);
    const shape: Shape = mappings.length > 0 ? Object.assign({}, ...mappings) : (shown[0] ?? "");
    const needed = Object.keys(mappings[0] ?? {}).filter((key) =>
      mappings.every((one) => key in one),
    );
    const names = new Set<unknown>();
    return written.map((one: unknown, i) => {
      const read = this.#value(one, shape, [...path, i]);
      if (!isMapping(one) || !isMapping(read)) return read;
      const [missing] = needed.filter((key) => !(snakeCase(key) in one));
      const { name } = read;
      if (missing !== undefined) this.#wrong([...path, i], `needs ${snakeCase(missing)}`, 0);
      else if (name !== undefined && names.has(name))
        this.#wrong([...path, i, "name"], `${JSON.stringify(name)} is there already`, 0);
      names.add(name);
      return read;
    });
  }

  /** `[80%, 90%]`, `{ warn: 80%, crit: 90% }` with one of them perhaps, or `never`. */
  #levels(written: unknown, shape: Levels, path: Finding["path"]): unknown {
    const off = shape.warn === -Infinity || shape.crit < shape.warn ? NEVER_BELOW : NEVER;
    if (written === "never") return off;
    if (Array.isArray(written) && written.length === 2) {
      const [warn = 0, crit = 0] = written.map((one, i) =>
        one === "never" ? off.warn : this.#number(one, shape.crit, [...path, i]),
      );
      if (isAmiss({ warn, crit }, shape) && !isMixed(written))
        this.#wrong(path, "must be [WARN, CRIT]: CRIT is the worse one", off);
      return { warn, crit };
    }
    if (!isMapping(written) || Object.keys(written).length === 0)
      return this.#wrong(path, "must be [WARN, CRIT], { warn: …, crit: … } or never", off);
    const read = Object.entries(this.mapping(written, shape, path));
    return { ...off, ...Object.fromEntries(read.filter(([key]) => written[key] !== "never")) };
  }

  #state(written: unknown, path: Finding["path"]): number {
    const state = STATE_NAMES.findIndex((name, i) => written === name || written === i);
    return state < 0 ? this.#wrong(path, `must be one of ${STATE_NAMES.join(", ")}`, 0) : state;
  }

  #number(written: unknown, shape: number, path: Finding["path"]): number {
    const value = quantity(written);
    if (value === undefined)
      return this.#wrong(path, "must be a number, perhaps with a unit (80%, 5m, 10GiB)", 0);
    // 80 where 0.8 is usual would never hit.
    const isRatio = shape > 0 && shape <= 1 && !Number.isInteger(shape);
    if (isRatio && typeof written === "number" && written > 2 && written <= 100)
      return this.#wrong(path, `${String(written)} of what? Write ${String(written)}%`, 0);
    return value;
  }

  #wrong<Value>(path: Finding["path"], message: string, instead: Value): Value {
    this.#findings.push({ path, message });
    return instead;
  }
}

/** Whether levels stand the wrong way round, where the check's own tell which way is right. */
const isAmiss = ({ warn, crit }: Levels, own: Levels): boolean =>
  Number.isFinite(warn) &&
  Number.isFinite(crit) &&
  (own.warn === -Infinity || own.crit < own.warn
    ? warn < crit
    : (own.warn === Infinity || own.warn < own.crit) && warn > crit);

/** A share of something and an amount are not to be compared. */
const isMixed = (both: readonly unknown[]): boolean =>
  new Set(both.map((one) => typeof one === "string" && one.endsWith("%"))).size > 1;

/** `80%` as a ratio, `5m` in seconds, `10GiB` in bytes; a number as it is. */
function quantity(written: unknown): number | undefined {
  if (typeof written === "number") return Number.isFinite(written) ? written : undefined;
  if (typeof written !== "string") return undefined;
  if (written === "never") return Infinity;
  const [, sign = "", digits, unit = ""] = /^(-?)(\d+(?:\.\d+)?)(%?)$/.exec(written) ?? [];
  if (digits !== undefined) return Number(sign + digits) / (unit === "%" ? 100 : 1);
  return parseDuration(written) ?? parseSize(written);
}

/** `lastSync` as it stands in a config: `last_sync`; `TIME_WAIT` stays. */
export const snakeCase = (key: string): string =>
  key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

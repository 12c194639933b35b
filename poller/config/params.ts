/** Settings of checks as they are written in a config: snake_case, with units, held to what the check knows. */
import type { Check } from "../judge/check.ts";
import { NEVER, NEVER_BELOW } from "../judge/levels.ts";
import { didYouMean } from "../spelling.ts";
import { parseDuration, parseSize } from "../units.ts";

/** Something that is wrong, and where in the settings. */
export interface Finding {
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
  const params = new Reader(check.section, findings).mapping(written, shape, []);
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

const isLevels = (shape: Shape): shape is { warn: number; crit: number } =>
  isMapping(shape) && Object.keys(shape).sort().join() === "crit,warn";

class Reader {
  readonly #check: string;
  readonly #findings: Finding[];

  constructor(check: string, findings: Finding[]) {
    this.#check = check;
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
    if (Array.isArray(shape)) {
      if (!Array.isArray(written)) return this.#wrong(path, "must be a list", []);
      return written.map((one, i) => this.#value(one, shape[0] ?? "", [...path, i]));
    }
    if (isMapping(shape)) {
      // What says of each of its parts how it looks may leave some of them out.
      return this.mapping(written, shape, path);
    }
    if (typeof shape === "number") return this.#number(written, shape, path);
    if (typeof shape === "boolean")
      return typeof written === "boolean" ? written : this.#wrong(path, "must be true or false", 0);
    return typeof written === "string" ? written : this.#wrong(path, "must be text", "");
  }

  /** `[80%, 90%]`, `{ warn: 80%, crit: 90% }` with one of them perhaps, or `never`. */
  #levels(written: unknown, shape: { warn: number; crit: number }, path: Finding["path"]): unknown {
    const off = shape.warn === -Infinity || shape.crit < shape.warn ? NEVER_BELOW : NEVER;
    if (written === "never") return off;
    if (Array.isArray(written) && written.length === 2) {
      const [warn, crit] = written.map((one, i) => this.#number(one, shape.crit, [...path, i]));
      return { warn, crit };
    }
    if (!isMapping(written) || Object.keys(written).length === 0)
      return this.#wrong(path, "must be [WARN, CRIT], { warn: …, crit: … } or never", off);
    return { ...off, ...this.mapping(written, shape, path) };
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

/** `80%` as a ratio, `5m` in seconds, `10GiB` in bytes; a number as it is. */
function quantity(written: unknown): number | undefined {
  if (typeof written === "number") return Number.isFinite(written) ? written : undefined;
  if (typeof written !== "string") return undefined;
  if (written === "never") return Infinity;
  const [, sign = "", digits, unit = ""] = /^(-?)(\d+(?:\.\d+)?)(%?)$/.exec(written) ?? [];
  if (digits !== undefined) return Number(sign + digits) / (unit === "%" ? 100 : 1);
  return parseDuration(written) ?? parseSize(written);
}

/** `lastSync` as it stands in a config: `last_sync`. */
export const snakeCase = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

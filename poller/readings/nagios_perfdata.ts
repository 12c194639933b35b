/**
 * Numbers that Nagios plugins give: `'label'=value[unit];[warn];[crit];[min];[max]`, apart by blanks.
 *
 * Source: Monitoring Plugins' development guidelines
 */
import type { Levels } from "../judge/levels.ts";
import { decimal } from "../judge/numbers.ts";
import type { Perf } from "../judge/perfdata.ts";

/** In base units; percentages as they are. */
export interface PluginPerf extends Perf {
  /** `count` of what only grows. */
  readonly unit: Unit;
  /** What makes `value` one of `unit`: a hundredth of percent. */
  readonly factor: number;
}

type Unit = "seconds" | "bytes" | "ratio" | "count" | "";

interface Scale {
  readonly unit: Unit;
  readonly times: number;
}

const SCALES: ReadonlyMap<string, Scale> = new Map<string, Scale>([
  ["s", { unit: "seconds", times: 1 }],
  ["ms", { unit: "seconds", times: 1e-3 }],
  ["us", { unit: "seconds", times: 1e-6 }],
  ["ns", { unit: "seconds", times: 1e-9 }],
  ["%", { unit: "ratio", times: 1 }],
  ["c", { unit: "count", times: 1 }],
]);

const BYTES = /^([KMGTP]?)i?B$/i;

/** Of one service. */
const MAX_NUMBERS = 1000;

const ENTRY = /'((?:[^']|''){0,200})'=(\S*)|(\S+)/g;
const VALUE = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)([^\d]*)$/;

/** Of equal names the last; faults say what could not be read, or that there is more. */
export function readPerfdata(text: string): {
  readonly perfs: readonly PluginPerf[];
  readonly faults: readonly string[];
} {
  const found = new Map<string, PluginPerf>();
  const faults: string[] = [];
  let count = 0;
  for (const [, quoted, quotedRest = "", bare = ""] of text.matchAll(ENTRY)) {
    if (++count > MAX_NUMBERS) {
      faults.push(`more than ${MAX_NUMBERS} numbers`);
      break;
    }
    const equals = bare.indexOf("=");
    const name = quoted?.replaceAll("''", "'") ?? bare.slice(0, Math.max(0, equals));
    const rest = quoted === undefined ? bare.slice(equals + 1) : quotedRest;
    const [value = "", ...bounds] = rest.split(";");
    const perf = name === "" ? undefined : readEntry(name, value, bounds);
    if (perf) found.set(name, perf);
    else faults.push(name === "" ? `no name in '${bare}'` : `invalid metric value '${value}'`);
  }
  return { perfs: [...found.values()], faults };
}

function readEntry(
  name: string,
  text: string,
  [warn, crit, min, max]: readonly string[],
): PluginPerf | undefined {
  const [, digits, suffix = ""] = VALUE.exec(text) ?? [];
  const given = decimal(digits);
  if (given === undefined) return undefined;
  const { unit, times } = scaleOf(suffix);
  const scaled = (part: string | undefined): number | undefined => {
    const number = decimal(VALUE.exec(part ?? "")?.[1]);
    return number === undefined ? undefined : number * times;
  };
  return {
    name,
    value: given * times,
    levels: { upper: levels(scaled(upper(warn)), scaled(upper(crit))) },
    min: scaled(min),
    max: scaled(max),
    unit,
    factor: unit === "ratio" ? 0.01 : 1,
  };
}

/** Bytes are counted in powers of 1024, as most plugins do; other units stay as they are. */
function scaleOf(suffix: string): Scale {
  const [, prefix] = BYTES.exec(suffix) ?? [];
  return prefix === undefined
    ? (SCALES.get(suffix) ?? { unit: "", times: 1 })
    : { unit: "bytes", times: 1024 ** " KMGTP".indexOf(prefix.toUpperCase() || " ") };
}

/** Of a range `10:20` the upper bound. */
const upper = (range = ""): string => range.slice(range.lastIndexOf(":") + 1);

const levels = (warn: number | undefined, crit: number | undefined): Levels | undefined =>
  warn === undefined && crit === undefined
    ? undefined
    : { warn: warn ?? crit ?? Infinity, crit: crit ?? Infinity };

import { DEFAULTS } from "./config/defaults.ts";
import type { Check } from "./judge/check.ts";
import type { Family } from "./judge/metrics.ts";
import { escapeValue, MAX_LABEL_VALUE } from "./labels.ts";

/** Families with or without labels of their own, as checks declare them. */
export type Metrics<Data = unknown> = Check<Data>["metrics"];

/** What a host's metrics are held to. */
export const MAX_SERIES = DEFAULTS.maxSeries;

/** The order in which families stand in the exposition, each once. */
export class Families {
  readonly list: readonly Family<unknown>[];
  readonly #index: ReadonlyMap<object, number>;
  readonly #shared: ReadonlySet<object>;

  /** Throws when two families that are not the same bear one name. */
  constructor(metrics: Metrics) {
    const declared = declaredBy(metrics);
    this.list = [...new Set(declared)];
    this.#index = new Map(this.list.map((family, index) => [family, index]));
    this.#shared = new Set(declared.filter((family, i) => declared.indexOf(family) !== i));
    const names = new Set<string>();
    for (const { name } of this.list) {
      if (names.has(name)) throw new Error(`two metric families are named ${name}`);
      names.add(name);
    }
  }

  /** The place of a family. Throws for one that was not declared. */
  indexOf(family: Family<unknown>): number {
    const index = this.#index.get(family);
    if (index === undefined) throw new Error(`metric family ${family.name} is not declared`);
    return index;
  }

  /** Whether several checks give this family, so that their series may meet. */
  isShared(family: Family<unknown>): boolean {
    return this.#shared.has(family);
  }
}

/** The metric text of one host, one piece per family, in the order of `Families`. */
export interface Fragments {
  readonly text: Buffer;
  /** Where each family starts in `text`, and where the last one ends. */
  readonly starts: Uint32Array;
}

/** Epoch seconds of families, by their places. */
export type Times = ReadonlyMap<number, number>;

/**
 * The families of which all that was `taken` is of another time than the report; of several, the
 * latest.
 */
export function timesOf(
  taken: readonly { readonly metrics: Metrics; readonly time: number }[],
  report: number,
  families: Families,
): Times {
  const times = new Map<number, number>();
  for (const { metrics, time } of taken)
    if (time !== report)
      for (const family of declaredBy(metrics)) {
        const index = families.indexOf(family);
        times.set(index, Math.max(time, times.get(index) ?? time));
      }
  if (times.size === 0) return times;
  for (const { metrics, time } of taken)
    if (time === report)
      for (const family of declaredBy(metrics))
        if (families.isShared(family)) times.delete(families.indexOf(family));
  return times;
}

/** The families that metrics give. */
export const declaredBy = (metrics: Metrics): readonly Family<unknown>[] =>
  metrics.flatMap((metric) => ("families" in metric ? metric.families : [metric]));

/** Series and label values that did not come out as they were. */
export interface Drops {
  /** Series that another one had the name and labels of. */
  duplicate: number;
  /** Series beyond as many as the host may have. */
  limit: number;
  /** Label values that were cut at `MAX_LABEL_VALUE` characters. */
  truncated: number;
}

/** How much has been written, and left out. */
export interface Written extends Readonly<Drops> {
  readonly series: number;
}

/** What was written of some metrics. */
export interface Share {
  /** What had been written before. */
  readonly before: Written;
  readonly own: Written;
}

/** Writes the metrics of one host, whatever order they come in. */
export class HostText {
  readonly drops: Drops = { duplicate: 0, limit: 0, truncated: 0 };
  series = 0;
  readonly #families: Families;
  readonly #texts: (string | Buffer)[];
  readonly #instance: string;
  /** Label texts that a shared family has already. */
  readonly #taken = new Map<object, Set<string>>();
  #maxSeries: number;

  constructor(families: Families, instance: string, maxSeries: number = MAX_SERIES) {
    this.#maxSeries = maxSeries;
    this.#families = families;
    this.#texts = new Array<string | Buffer>(families.list.length).fill("");
    this.#instance = `{instance="${escapeValue(instance)}"`;
  }

  /** Adds what the poller says itself, however much the host has said. */
  tell<Data>(metrics: Metrics<Data>, data: Data): void {
    const before = this.#maxSeries;
    this.#maxSeries = Infinity;
    this.add(metrics, data);
    this.#maxSeries = before;
  }

  /** Adds what `metrics` find in `data`, as far as the host may have more series. */
  add<Data>(metrics: Metrics<Data>, data: Data): void {
    for (const metric of metrics) {
      if (!("families" in metric)) {
        this.#write(metric, [data], [`${this.#instance}} `]);
        continue;
      }
      const things: unknown[] = [];
      const labels = new Set<string>();
      for (const thing of metric.things(data)) {
        if (things.length >= this.#maxSeries) {
          this.drops.limit += metric.families.length;
          continue;
        }
        const text = this.#labels(metric.labels, metric.values(thing));
        if (labels.has(text)) this.drops.duplicate += metric.families.length;
        else {
          labels.add(text);
          things.push(thing);
        }
      }
      const texts = [...labels];
      for (const family of metric.families) this.#write(family, things, texts);
    }
  }

  /** What has been written so far, and left out. */
  get written(): Written {
    return { series: this.series, ...this.drops };
  }

  /**
   * Takes what `metrics` came to in an earlier text; false where the limit would have it otherwise
   * now. No other metrics may give any of the families, neither then nor now.
   */
  again(metrics: Metrics, { text, starts }: Fragments, { before, own }: Share): boolean {
    const fits = own.limit === 0 && this.series + own.series <= this.#maxSeries;
    if (!fits && this.series !== before.series) return false;
    for (const family of declaredBy(metrics)) {
      const index = this.#families.indexOf(family);
      this.#texts[index] = text.subarray(starts[index], starts[index + 1]);
    }
    this.series += own.series;
    this.drops.duplicate += own.duplicate;
    this.drops.limit += own.limit;
    this.drops.truncated += own.truncated;
    return true;
  }

  finish(): Fragments {
    return joined(this.#texts);
  }

  #labels(names: readonly string[], values: readonly string[]): string {
    let text = this.#instance;
    for (const [index, name] of names.entries()) {
      const value = values[index] ?? "";
      if (value.length > MAX_LABEL_VALUE) this.drops.truncated++;
      text += `,${name}="${escapeValue(value)}"`;
    }
    return `${text}} `;
  }

  #write<Thing>(family: Family<Thing>, things: readonly Thing[], labels: readonly string[]): void {
    const index = this.#families.indexOf(family);
    const taken = this.#families.isShared(family) ? this.#takenBy(family) : undefined;
    let text = String(this.#texts[index] ?? "");
    for (const [at, thing] of things.entries()) {
      const value = family.read(thing);
      if (value === undefined) continue;
      const label = labels[at] ?? "";
      if (taken?.has(label)) this.drops.duplicate++;
      else if (this.series >= this.#maxSeries) this.drops.limit++;
      else {
        taken?.add(label);
        this.series++;
        text += `${family.name}${label}${formatNumber(value)}\n`;
      }
    }
    this.#texts[index] = text;
  }

  #takenBy(family: object): Set<string> {
    const labels = this.#taken.get(family) ?? new Set();
    this.#taken.set(family, labels);
    return labels;
  }
}

function joined(pieces: readonly (string | Buffer)[]): Fragments {
  const lengths = pieces.map((piece) => Buffer.byteLength(piece));
  // Of its own allocation: a slice of Node's pool would keep the whole pool alive.
  const text = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length, 0));
  const starts = new Uint32Array(lengths.length + 1);
  let end = 0;
  for (const [index, piece] of pieces.entries()) {
    end += typeof piece === "string" ? text.write(piece, end) : piece.copy(text, end);
    starts[index + 1] = end;
  }
  return { text, starts };
}

/** The same metrics without the label that says of which host they are: `instance`, its name. */
export function withoutInstance({ text, starts }: Fragments, instance: string): Fragments {
  // Nowhere else can it stand: quotes in values are escaped.
  const label = `{instance="${escapeValue(instance)}"`;
  const pieces = Array.from(starts.subarray(1), (end, index) =>
    text
      .toString("utf8", starts[index], end)
      .replaceAll(`${label}} `, " ")
      .replaceAll(`${label},`, "{"),
  );
  return joined(pieces);
}

/** A number in Prometheus' spelling. */
export const formatNumber = (value: number): string =>
  value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);

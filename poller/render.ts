import { DEFAULTS } from "./config/defaults.ts";
import type { Families, Metrics } from "./families.ts";
import type { Family } from "./judge/metrics.ts";
import { escapeValue, MAX_LABEL_VALUE } from "./labels.ts";

/** What a host's metrics are held to. */
export const MAX_SERIES = DEFAULTS.maxSeries;

/** What some metrics came to for one host, as text: a piece per family that they declare. */
export interface Block {
  readonly metrics: Metrics;
  readonly text: Buffer;
  /** Where each family ends in `text`. */
  readonly ends: readonly number[];
  readonly written: Written;
  /** Series that had been written before. */
  readonly after: number;
}

/** The text of the family at a place. */
export const pieceAt = ({ text, ends }: Block, place: number): Buffer =>
  text.subarray(ends[place - 1] ?? 0, ends[place]);

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

/** Writes the metrics of one host, one block after the other. */
export class HostText {
  readonly drops: Drops = { duplicate: 0, limit: 0, truncated: 0 };
  series = 0;
  /** Spent so far. */
  seconds = 0;
  readonly #families: Families;
  readonly #instance: string;
  /** Label texts that a shared family has already. */
  readonly #taken = new Map<object, Set<string>>();
  /** Those that came with the block that is being written. */
  #fresh: (readonly [taken: Set<string>, label: string])[] = [];
  #maxSeries: number;

  constructor(families: Families, instance: string, maxSeries: number = MAX_SERIES) {
    this.#maxSeries = maxSeries;
    this.#families = families;
    this.#instance = `{instance="${escapeValue(instance)}"`;
  }

  /** Writes what the poller says itself, however much the host has said. */
  tell<Data>(metrics: Metrics<Data>, data: Data): Block {
    const before = this.#maxSeries;
    this.#maxSeries = Infinity;
    const block = this.write(metrics, data);
    this.#maxSeries = before;
    return block;
  }

  /**
   * Writes what `metrics` find in `data`, as far as the host may have more series. What they throw
   * is thrown, and nothing is written.
   */
  write<Data>(metrics: Metrics<Data>, data: Data): Block {
    const began = performance.now();
    const before = this.#written();
    this.#fresh = [];
    try {
      let text = "";
      const ends: number[] = [];
      for (const metric of metrics)
        if ("families" in metric) {
          const { things, labels } = this.#things(metric, data);
          for (const family of metric.families) {
            text += this.#lines(family, things, labels);
            ends.push(text.length);
          }
        } else {
          text += this.#lines(metric, [data], [`${this.#instance}} `]);
          ends.push(text.length);
        }
      const written = difference(this.#written(), before);
      return { metrics, ...encoded(text, ends), written, after: before.series };
    } catch (error) {
      const { series, ...drops } = before;
      this.series = series;
      Object.assign(this.drops, drops);
      for (const [taken, label] of this.#fresh) taken.delete(label);
      throw error;
    } finally {
      this.seconds += (performance.now() - began) / 1000;
    }
  }

  /**
   * Has a block of an earlier text, under the same limit, be part of this one; false where the limit
   * would have it otherwise now. No other metrics may give any of its families, neither then nor now.
   */
  again({ written, after }: Block): boolean {
    const fits = written.limit === 0 && this.series + written.series <= this.#maxSeries;
    if (!fits && this.series !== after) return false;
    this.series += written.series;
    this.drops.duplicate += written.duplicate;
    this.drops.limit += written.limit;
    this.drops.truncated += written.truncated;
    return true;
  }

  #written(): Written {
    const { duplicate, limit, truncated } = this.drops;
    return { series: this.series, duplicate, limit, truncated };
  }

  /** What there is to tell of, each with its labels; what is told apart by nothing is one. */
  #things<Data>(
    metric: Extract<Metrics<Data>[number], { labels: unknown }>,
    data: Data,
  ): { readonly things: readonly unknown[]; readonly labels: readonly string[] } {
    const things: unknown[] = [];
    const labels: string[] = [];
    const known = new Set<string>();
    const { length } = metric.families;
    for (const thing of metric.things(data)) {
      if (this.series + things.length >= this.#maxSeries) {
        this.drops.limit += length;
        continue;
      }
      const text = this.#labels(metric.labels, metric.values(thing));
      if (known.has(text)) this.drops.duplicate += length;
      else {
        known.add(text);
        labels.push(text);
        things.push(thing);
      }
    }
    return { things, labels };
  }

  #labels(names: readonly string[], values: readonly string[]): string {
    let text = this.#instance;
    for (let index = 0; index < names.length; index++) {
      const value = values[index] ?? "";
      if (value.length > MAX_LABEL_VALUE) this.drops.truncated++;
      text += `,${names[index] ?? ""}="${escapeValue(value)}"`;
    }
    return `${text}} `;
  }

  #lines<Thing>(
    family: Family<Thing>,
    things: readonly Thing[],
    labels: readonly string[],
  ): string {
    const taken = this.#families.isShared(family) ? this.#takenBy(family) : undefined;
    const { name } = family;
    let text = "";
    for (let at = 0; at < things.length; at++) {
      const value = family.read(things[at] as Thing);
      if (value === undefined) continue;
      const label = labels[at] ?? "";
      if (taken?.has(label)) this.drops.duplicate++;
      else if (this.series >= this.#maxSeries) this.drops.limit++;
      else {
        if (taken) this.#fresh.push([taken.add(label), label]);
        this.series++;
        text += `${name}${label}${formatNumber(value)}\n`;
      }
    }
    return text;
  }

  #takenBy(family: object): Set<string> {
    const labels = this.#taken.get(family) ?? new Set();
    this.#taken.set(family, labels);
    return labels;
  }
}

const difference = (after: Written, before: Written): Written => ({
  series: after.series - before.series,
  duplicate: after.duplicate - before.duplicate,
  limit: after.limit - before.limit,
  truncated: after.truncated - before.truncated,
});

const NOTHING = Buffer.alloc(0);

/** Text as bytes of its own, with the ends of its pieces counted in bytes. */
function encoded(text: string, ends: readonly number[]): Pick<Block, "text" | "ends"> {
  if (text === "") return { text: NOTHING, ends };
  const length = Buffer.byteLength(text);
  // A slice of Node's pool would keep the whole pool alive.
  const bytes = Buffer.allocUnsafeSlow(length);
  bytes.write(text);
  if (length === text.length) return { text: bytes, ends };
  let [at, end] = [0, 0];
  return {
    text: bytes,
    ends: ends.map((next) => {
      end += Buffer.byteLength(text.slice(at, next));
      at = next;
      return end;
    }),
  };
}

/** The same metrics without the label that says of which host they are: `instance`, its name. */
export function withoutInstance(block: Block, instance: string): Block {
  // Nowhere else can it stand: quotes in values are escaped.
  const label = `{instance="${escapeValue(instance)}"`;
  let text = "";
  const ends = block.ends.map((_, place) => {
    const piece = pieceAt(block, place).toString();
    text += piece.replaceAll(`${label}} `, " ").replaceAll(`${label},`, "{");
    return text.length;
  });
  return { ...block, ...encoded(text, ends) };
}

/** A number in Prometheus' spelling. */
export const formatNumber = (value: number): string =>
  value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);

import type { Check, Context, Result } from "../../poller/judge/check.ts";
import type { Family } from "../../poller/judge/metrics.ts";

type Circumstances<Data, Params> = Partial<Omit<Context<Data, Params>, "params">> & {
  readonly params?: Partial<Params>;
};

/** What a check says of data that must be there. */
export function judged<Data, Params extends object>(
  check: Check<Data, Params>,
  data: Data | undefined,
  { params, at = 1_700_000_000, ...compared }: Circumstances<Data, Params> = {},
): Result[] {
  if (data === undefined) throw new Error("there is no data to judge");
  const context = { params: { ...check.params, ...params }, at, ...compared };
  return [...check.evaluate(data, context)];
}

/** A result's numbers by name. */
export const perfdata = (result: Result | undefined): Record<string, number> =>
  Object.fromEntries((result?.perfdata ?? []).map(({ name, value }) => [name, value]));

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a check exports of data that must be there. */
export function samples<Data, Params extends object>(
  check: Check<Data, Params>,
  data: Data | undefined,
): Sample[] {
  if (data === undefined) throw new Error("there is no data to export");
  const read = <Thing>(
    families: readonly Family<Thing>[],
    thing: Thing,
    labels: Record<string, string>,
  ): Sample[] =>
    families.flatMap((family) => {
      const value = family.read(thing);
      return value === undefined ? [] : [{ name: family.name, labels, value }];
    });
  return check.metrics.flatMap((metric) => {
    if (!("families" in metric)) return read([metric], data, {});
    return [...metric.things(data)].flatMap((thing) => {
      const values = metric.values(thing);
      const labels = Object.fromEntries(metric.labels.map((name, at) => [name, values[at] ?? ""]));
      return read(metric.families, thing, labels);
    });
  });
}

/** The same as lines: `name{label="value"} 1`. */
export const sampleLines = (found: readonly Sample[]): string[] =>
  found.map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
  });

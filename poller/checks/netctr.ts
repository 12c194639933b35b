import type { Check } from "../judge/check.ts";
import { of } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { COLUMN_COUNT, type Interface } from "../readings/interfaces.ts";
import { lnxIf } from "./lnx_if.ts";

export interface Counters {
  /** Epoch seconds. */
  readonly time?: number | undefined;
  readonly nics: readonly Interface[];
}

/**
 * Traffic and errors of network interfaces, as very old agents send them: by counters alone, beside
 * `lnx_if` or instead of it.
 *
 * Section: netctr   Source: the time; /proc/net/dev (proc(5)) without its colons
 * Params: those of lnx_if
 */
export const netctr: Check<Counters, typeof lnxIf.params> = {
  section: "netctr",
  params: lnxIf.params,
  comparesWithPrevious: true,

  parse(rows) {
    let time: number | undefined;
    const nics = new Map<string, Interface>();
    for (const row of rows) {
      const [name = "", ...columns] = row;
      if (columns.length === 0) time ??= decimal(name);
      const counters = columns.slice(0, COLUMN_COUNT).flatMap((text) => integer(text) ?? []);
      const nic = name.replace(/:$/, "");
      if (counters.length === COLUMN_COUNT && !nics.has(nic))
        nics.set(nic, { name: nic, counters, card: {} });
    }
    return nics.size === 0 ? undefined : { time, nics: [...nics.values()] };
  },

  time: ({ time }) => time,

  metrics: lnxIf.metrics.flatMap((metric) =>
    "families" in metric ? [of(({ nics }: Counters) => nics, metric)] : [],
  ),

  *evaluate({ nics }, { previous, ...context }) {
    const before = previous && { data: previous.data.nics, at: previous.at };
    const results = lnxIf.evaluate(nics, { ...context, ...(before && { previous: before }) });
    for (const result of results) {
      const nic = result.service.replace(/^Interface /, "");
      yield { ...result, service: `NIC ${nic} counters`, item: nic };
    }
  },
};

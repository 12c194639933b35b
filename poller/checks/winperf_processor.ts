import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { percent, plural } from "../judge/format.ts";
import { type Levels, NEVER, scaled } from "../judge/levels.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import { type Instance, readCounters, TOTAL } from "../readings/winperf.ts";

export interface Processors {
  /** Epoch seconds. */
  readonly time: number;
  /** Each with its seconds since boot, and what it served. */
  readonly cores: readonly Instance[];
}

interface Params {
  readonly util: Levels;
  readonly core: Levels;
}

/** Counters of the object Processor. */
const NOT_BUSY = -232;
const USER = -96;
const PRIVILEGED = -94;
const INTERRUPTS = -90;
const IDLE = 1508;
const DPCS = 1096;

const MODES = [
  ["dpc", 458],
  ["idle", IDLE],
  ["interrupt", 460],
  ["privileged", PRIVILEGED],
  ["user", USER],
] as const;
const POWER_STATES = [
  ["c1", 1510],
  ["c2", 1512],
  ["c3", 1514],
] as const;

/** Newer counters say which group of processors a core is of; this one only knows the first. */
const label = ({ name }: Instance): string => (name.includes(",") ? name : `0,${name}`);

/** What each core was counted for, in seconds, by a label. */
const times = (
  { cores }: Processors,
  kinds: readonly (readonly [kind: string, counter: number])[],
) =>
  cores.flatMap((core) =>
    kinds.map(([kind, id]) => ({ core, kind, seconds: core.counters.get(id) })),
  );

/**
 * Utilisation of the processors, together and one by one.
 *
 * Section: winperf_processor   Source: performance counters of Windows, object 238, Processor
 * Systems: Windows
 * Params: util: ratio of the time of all cores; core: of each
 */
export const winperfProcessor: Check<Processors, Params> = {
  section: "winperf_processor",
  params: { util: NEVER, core: NEVER },
  comparesWithPrevious: true,

  parse(rows) {
    const [set] = readCounters(rows);
    const cores = set?.instances.filter(
      ({ name, counters }) => !name.endsWith(TOTAL) && counters.size > 0,
    );
    return set && cores && cores.length > 0 ? { time: set.time, cores } : undefined;
  },

  time: ({ time }) => time,

  metrics: [
    each(
      (data: Processors) => times(data, MODES),
      { core: ({ core }) => label(core), mode: ({ kind }) => kind },
      [
        counter(
          "windows_cpu_time_total",
          "Seconds that each processor spent in each mode.",
          ({ seconds }) => seconds,
        ),
      ],
    ),
    each(
      (data: Processors) => times(data, POWER_STATES),
      { core: ({ core }) => label(core), state: ({ kind }) => kind },
      [
        counter(
          "windows_cpu_cstate_seconds_total",
          "Seconds that each processor spent in states of low power.",
          ({ seconds }) => seconds,
        ),
      ],
    ),
    each(({ cores }: Processors) => cores, { core: label }, [
      counter("windows_cpu_interrupts_total", "Hardware interrupts served.", ({ counters }) =>
        counters.get(INTERRUPTS),
      ),
      counter("windows_cpu_dpcs_total", "Deferred procedure calls queued.", ({ counters }) =>
        counters.get(DPCS),
      ),
    ]),
    gauge(
      "windows_cpu_logical_processor",
      "Number of logical processors.",
      ({ cores }) => cores.length,
    ),
  ],

  *evaluate({ cores, time }, { params, previous }) {
    const earlier = new Map(previous?.data.cores.map((core) => [core.name, core]));
    const seconds = time - (previous?.data.time ?? time);
    const shareOf = (core: Instance, id: number): number | undefined => {
      const before = earlier.get(core.name)?.counters.get(id);
      const share = rate(core.counters.get(id), before, seconds);
      return share === undefined ? undefined : Math.min(share, 1);
    };
    const busy = cores.flatMap((core) => {
      const rest = shareOf(core, NOT_BUSY) ?? shareOf(core, IDLE);
      return rest === undefined ? [] : [{ name: core.name, util: 1 - rest }];
    });
    const mean = (shares: readonly number[]): number | undefined =>
      shares.length === 0 ? undefined : shares.reduce((a, b) => a + b) / shares.length;
    const all = (id: number) => mean(cores.flatMap((core) => shareOf(core, id) ?? []));
    const util = mean(busy.map((core) => core.util));
    yield conclude("CPU utilization", [
      ...(util === undefined ? [{ text: "Rates need an earlier report" }] : []),
      ...share("Total CPU", "util", util, params.util),
      ...share("User", "user", all(USER)),
      ...share("Privileged", "privileged", all(PRIVILEGED)),
      { text: plural(cores.length, "core") },
      ...busy.flatMap(({ name, util: one }) =>
        share(`Core ${name}`, `cpu_core_util_${name}`, one, params.core).map((finding) => ({
          ...finding,
          quiet: true,
        })),
      ),
    ]);
  },
};

/** Perfdata in percent. */
const share = (
  text: string,
  name: string,
  ratio: number | undefined,
  levels: Levels = NEVER,
): Finding[] =>
  found(
    text,
    {
      name,
      value: ratio === undefined ? undefined : ratio * 100,
      levels: { upper: scaled(levels, 100) },
      min: 0,
      max: 100,
    },
    (value) => percent(value / 100),
  );

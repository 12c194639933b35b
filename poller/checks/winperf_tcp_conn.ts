import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { number } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import { readCounters } from "../readings/winperf.ts";

export interface TcpCounters {
  /** Epoch seconds. */
  readonly time: number;
  /** One or both; by the number of the counter. */
  readonly families: readonly { readonly af: Af; readonly counters: ReadonlyMap<number, number> }[];
}

type Af = "ipv4" | "ipv6";

interface Params {
  readonly established: Levels;
  readonly failures: Levels;
  readonly resets: Levels;
}

/** Counters of the objects TCPv4 and TCPv6. */
const ESTABLISHED = 4;
const FAILURES = 10;
const RESETS = 12;
const COUNTERS = [
  ["connections_active", 6, "Connections that this host began."],
  ["connections_passive", 8, "Connections that others began."],
  ["connection_failures", FAILURES, "Connections that did not come about."],
  ["connections_reset", RESETS, "Connections that were reset."],
  ["segments", 2, "Segments received and sent."],
  ["segments_received", 14, "Segments received."],
  ["segments_sent", 16, "Segments sent."],
  ["segments_retransmitted", 18, "Segments sent again."],
] as const;

const TCP_V6 = 1530;

/**
 * TCP connections.
 *
 * Section: winperf_tcp_conn   Source: performance counters of Windows, objects 638, TCPv4, and 1530,
 *          TCPv6
 * Systems: Windows
 * Params: established: how many there are; failures, resets: per second
 */
export const winperfTcpConn: Check<TcpCounters, Params> = {
  section: "winperf_tcp_conn",
  params: { established: NEVER, failures: NEVER, resets: NEVER },
  comparesWithPrevious: true,

  parse(rows) {
    const sets = readCounters(rows);
    const families = new Map<Af, ReadonlyMap<number, number>>();
    for (const { object, instances } of sets) {
      const af = object === TCP_V6 ? "ipv6" : "ipv4";
      const counters = instances[0]?.counters;
      if (counters && counters.size > 0 && !families.has(af)) families.set(af, counters);
    }
    const [first] = sets;
    if (first === undefined || families.size === 0) return undefined;
    return {
      time: first.time,
      families: Array.from(families, ([af, counters]) => ({ af, counters })),
    };
  },

  time: ({ time }) => time,

  metrics: [
    each(({ families }: TcpCounters) => families, { af: ({ af }) => af }, [
      gauge("windows_tcp_connections_established", "Connections that stand.", ({ counters }) =>
        counters.get(ESTABLISHED),
      ),
      ...COUNTERS.map(([name, id, help]) =>
        counter<TcpCounters["families"][number]>(
          `windows_tcp_${name}_total`,
          help,
          ({ counters }) => counters.get(id),
        ),
      ),
    ]),
  ],

  *evaluate({ families, time }, { params, previous }) {
    const seconds = time - (previous?.data.time ?? time);
    const earlier = new Map(previous?.data.families.map(({ af, counters }) => [af, counters]));
    const perSecond = (id: number): number | undefined =>
      total(
        families.map(({ af, counters }) =>
          rate(counters.get(id), earlier.get(af)?.get(id), seconds),
        ),
      );
    const told = (label: string, name: string, id: number, upper: Levels): Finding[] =>
      found(label, { name, value: perSecond(id), levels: { upper }, min: 0 }, number).map(
        (finding) => quietly(finding),
      );
    yield conclude("TCP Connections", [
      ...found("Established", {
        name: "ESTABLISHED",
        value: total(families.map(({ counters }) => counters.get(ESTABLISHED))),
        levels: { upper: params.established },
        min: 0,
      }),
      ...told("Failures per second", "tcp_failures", FAILURES, params.failures),
      ...told("Resets per second", "tcp_resets", RESETS, params.resets),
    ]);
  },
};

/** `undefined` where none is known. */
function total(values: readonly (number | undefined)[]): number | undefined {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b);
}

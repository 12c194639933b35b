import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { matchesAny } from "../judge/glob.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import { CRIT, OK } from "../judge/state.ts";
import {
  damage,
  ERRORS,
  flow,
  type InterfaceParams,
  type KnownInterface,
  knownInterface,
  remembered,
  silent,
  speedOf,
} from "../readings/traffic.ts";
import { type Nic, type Nics, readNics } from "../readings/windows_interfaces.ts";

/** Counters of the object Network Interface: bytes and packets. */
const RECEIVED = -246;
const SENT = -4;
const BITS_PER_SECOND = 10;
const QUEUE = 34;
const COUNTERS = [
  ["bytes_received", RECEIVED, "Bytes received."],
  ["bytes_sent", SENT, "Bytes sent."],
  ["bytes", -122, "Bytes received and sent."],
  ["packets_received", -244, "Packets received."],
  ["packets_sent", -58, "Packets sent."],
  ["packets", -110, "Packets received and sent."],
  ["packets_received_discarded", 18, "Packets received and dropped."],
  ["packets_received_errors", 20, "Packets received damaged."],
  ["packets_received_unknown", 22, "Packets received of a protocol that nobody speaks."],
  ["packets_outbound_discarded", 30, "Packets dropped before they were sent."],
  ["packets_outbound_errors", 32, "Packets that could not be sent."],
] as const;

/** Rates under Checkmk's names. */
const RATES = [
  ["inucast", 14],
  ["innucast", 16],
  ["indisc", 18],
  ["outucast", 26],
  ["outnucast", 28],
  ["outdisc", 30],
] as const;

/**
 * Traffic and errors of network interfaces.
 *
 * An interface that is down is judged only where it was up when the host was first seen, or has to be.
 *
 * Section: winperf_if   Source: performance counters of Windows, object 510, Network Interface; a
 *          table of Win32_NetworkAdapter where a plugin of the agent adds it
 * Systems: Windows
 * Params: skip: patterns of names that get no service; required: patterns of names, or of what people
 *         call them, that must be up; errors: ratio of damaged packets, in either direction
 */
export const winperfIf: Check<Nics, InterfaceParams> = {
  section: "winperf_if",
  params: {
    skip: ["isatap*", "Teredo*", "*Teredo_Tunneling*", "*ISATAP_Adapter*", "6TO4*", "*Loopback*"],
    required: [],
    errors: ERRORS,
  },
  comparesWithPrevious: true,

  parse: (rows) => readNics(rows),

  time: ({ time }) => time,

  metrics: [
    each(({ nics }: Nics) => nics, { nic: ({ name }) => name }, [
      ...COUNTERS.map(([name, id, help]) =>
        counter<Nic>(`windows_net_${name}_total`, help, ({ counters }) => counters.get(id)),
      ),
      gauge(
        "windows_net_output_queue_length_packets",
        "Packets that wait to be sent.",
        ({ counters }) => counters.get(QUEUE),
      ),
      gauge("windows_net_current_bandwidth_bytes", "Speed in bytes per second.", ({ counters }) =>
        inBytes(counters.get(BITS_PER_SECOND)),
      ),
    ]),
    each(
      ({ nics }: Nics) =>
        nics.flatMap(({ name, adapter }) => (adapter ? [{ ...adapter, name }] : [])),
      { nic: ({ name }) => name, friendly_name: ({ alias }) => alias, mac: ({ mac }) => mac },
      [gauge("windows_net_nic_info", "What is known of an interface; always 1.", () => 1)],
    ),
  ],

  // Whether one is up is a guess without the table of adapters: not to be held against it later.
  baseline: ({ nics }) =>
    Object.fromEntries(
      nics.map((nic) => [
        nic.name,
        remembered(nic.adapter?.isUp === true ? "up" : "unknown", bytesPerSecondOf(nic)),
      ]),
    ),

  *evaluate({ nics, time }, { params, previous, baseline = {} }) {
    const earlier = new Map(previous?.data.nics.map((nic) => [nic.name, nic]));
    const seconds = time - (previous?.data.time ?? time);
    for (const [index, nic] of nics.entries()) {
      if (matchesAny(nic.name, params.skip)) continue;
      const before = earlier.get(nic.name)?.counters;
      const read = (id: number) => rate(nic.counters.get(id), before?.get(id), seconds);
      const known = knownInterface(baseline[nic.name]);
      yield conclude(
        `Interface ${nic.name}`,
        [...condition(nic, known, params), ...traffic(nic, read, params)],
        String(index + 1),
      );
    }
  },
};

const inBytes = (bits: number | undefined): number | undefined =>
  bits === undefined ? undefined : bits / 8;

/** One that nothing is known about is taken to be up when it was ever used. */
function condition(
  { name, counters, adapter }: Nic,
  known: KnownInterface,
  { required }: InterfaceParams,
): Finding[] {
  const up = adapter?.isUp ?? ((counters.get(RECEIVED) ?? 0) > 0 || (counters.get(SENT) ?? 0) > 0);
  const mustBeUp = matchesAny(name, required) || matchesAny(adapter?.alias ?? "", required);
  return [
    ...(adapter && adapter.alias !== "" ? [{ text: adapter.alias }] : []),
    { text: up ? "up" : "down", state: !up && (known.wasUp || mustBeUp) ? CRIT : OK },
    ...(adapter && adapter.mac !== "" ? [{ text: `MAC: ${adapter.mac}` }] : []),
    ...speedOf(bytesPerSecondOf({ counters, adapter }), known.speed),
  ];
}

/** Bytes per second; a card without a cable has none. */
const bytesPerSecondOf = ({
  counters,
  adapter,
}: Pick<Nic, "counters" | "adapter">): number | undefined =>
  inBytes(
    [counters.get(BITS_PER_SECOND), adapter?.speed].find((one) => one !== undefined && one > 0),
  );

function traffic(
  nic: Nic,
  read: (counter: number) => number | undefined,
  { errors }: InterfaceParams,
): Finding[] {
  const speed = bytesPerSecondOf(nic);
  return [
    ...flow("In", "in", read(RECEIVED), speed),
    ...flow("Out", "out", read(SENT), speed),
    ...damage("Errors in", "inerr", read(20), { packets: read(-244), errors }),
    ...damage("Errors out", "outerr", read(32), { packets: read(-58), errors }),
    ...RATES.flatMap(([name, id]) => silent(name, read(id))),
    ...silent("outqlen", nic.counters.get(QUEUE)),
  ];
}

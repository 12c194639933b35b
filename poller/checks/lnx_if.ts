import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { matchesAny } from "../judge/glob.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import { CRIT, OK } from "../judge/state.ts";
import { type Interface, isUp, readInterfaces } from "../readings/interfaces.ts";
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

type Interfaces = readonly Interface[];

/** What the kernel counts for an interface, in its order: bytes and packets. */
const COLUMNS = [
  ["receive_bytes", "Bytes received."],
  ["receive_packets", "Packets received."],
  ["receive_errs", "Packets received damaged."],
  ["receive_drop", "Packets received and dropped."],
  ["receive_fifo", "Packets lost for want of room on the card."],
  ["receive_frame", "Packets received with wrong framing."],
  ["receive_compressed", "Compressed packets received."],
  ["receive_multicast", "Multicast packets received."],
  ["transmit_bytes", "Bytes sent."],
  ["transmit_packets", "Packets sent."],
  ["transmit_errs", "Packets that could not be sent."],
  ["transmit_drop", "Packets dropped before they were sent."],
  ["transmit_fifo", "Packets not sent for want of data on the card."],
  ["transmit_colls", "Collisions."],
  ["transmit_carrier", "Packets not sent for loss of carrier."],
  ["transmit_compressed", "Compressed packets sent."],
] as const;

/**
 * Traffic and errors of network interfaces.
 *
 * An interface that is down is judged only where it was up when the host was first seen, or has to be.
 *
 * Section: lnx_if   Source: `ip address`, /proc/net/dev, ethtool(8)
 * Params: skip: patterns of names that get no service; required: patterns of names that must be up;
 *         errors: ratio of damaged packets, in either direction
 */
export const lnxIf: Check<Interfaces, InterfaceParams> = {
  section: "lnx_if",
  params: { skip: ["lo", "veth*"], required: [], errors: ERRORS },
  comparesWithPrevious: true,

  parse(rows) {
    const nics = readInterfaces([...rows.lines()]);
    return nics.length === 0 ? undefined : nics;
  },

  metrics: [
    each((nics: Interfaces) => nics, { device: ({ name }) => name }, [
      ...COLUMNS.map(([name, help], column) =>
        counter<Interface>(`node_network_${name}_total`, help, ({ counters }) => counters[column]),
      ),
      gauge(
        "node_network_up",
        "1 where the operational state is up.",
        ({ link }) => link && Number(link.operstate === "up"),
      ),
      gauge("node_network_carrier", "1 where the other end of the wire is heard.", ({ link }) =>
        link?.isAdminUp ? Number(link.hasCarrier) : undefined,
      ),
      gauge("node_network_mtu_bytes", "Largest packet.", ({ link }) => link?.mtu),
      gauge("node_network_speed_bytes", "Speed in bytes per second.", ({ card }) => card.speed),
    ]),
    each(
      (nics: Interfaces) =>
        nics.flatMap((nic) => (nic.link ? [{ name: nic.name, card: nic.card, ...nic.link }] : [])),
      {
        device: ({ name }) => name,
        address: ({ address }) => address,
        broadcast: ({ broadcast }) => broadcast,
        duplex: ({ card }) => card.duplex ?? "",
        operstate: ({ operstate }) => operstate,
        adminstate: ({ isAdminUp }) => (isAdminUp ? "up" : "down"),
        ifalias: ({ alias }) => alias,
      },
      [gauge("node_network_info", "What is known of an interface; always 1.", () => 1)],
    ),
  ],

  baseline: (nics) =>
    Object.fromEntries(
      nics.map((nic) => [nic.name, remembered(isUp(nic) ? "up" : "down", nic.card.speed)]),
    ),

  *evaluate(nics, { params, at, previous, baseline = {} }) {
    const earlier = new Map(previous?.data.map((nic) => [nic.name, nic]));
    const seconds = at - (previous?.at ?? at);
    for (const [index, nic] of nics.entries()) {
      if (matchesAny(nic.name, params.skip)) continue;
      const before = earlier.get(nic.name)?.counters;
      const rates = nic.counters.map((now, column) => rate(now, before?.[column], seconds));
      const findings = [
        ...condition(nic, knownInterface(baseline[nic.name]), params),
        ...traffic(rates, nic.card.speed, params),
      ];
      yield conclude(`Interface ${nic.name}`, findings, String(index + 1));
    }
  },
};

function condition(
  nic: Interface,
  known: KnownInterface,
  { required }: InterfaceParams,
): Finding[] {
  const { name, link, card } = nic;
  const up = isUp(nic);
  const address = [link?.address, card.address].find(Boolean);
  return [
    {
      text: up ? "up" : link?.isAdminUp === false ? "switched off" : "down",
      state: !up && (known.wasUp || matchesAny(name, required)) ? CRIT : OK,
    },
    // Of a tunnel it is no MAC address but an IP address, if anything.
    ...(address?.includes(":") ? [{ text: `MAC: ${address.toUpperCase()}` }] : []),
    ...speedOf(card.speed, known.speed),
  ];
}

/** Per second, in the order of `COLUMNS`. */
type Rates = readonly (number | undefined)[];

/** Rates under Checkmk's names; of a first report only what needs no rate. */
function traffic(rates: Rates, speed: number | undefined, { errors }: InterfaceParams): Finding[] {
  const [received, inPackets, inErrors, inDrops, , , , multicast, ...out] = rates;
  const [sent, outPackets, outErrors, outDrops] = out;
  return [
    ...flow("In", "in", received, speed),
    ...flow("Out", "out", sent, speed),
    ...damage("Errors in", "inerr", inErrors, { packets: inPackets, errors }),
    ...damage("Errors out", "outerr", outErrors, { packets: outPackets, errors }),
    // Checkmk adds multicast packets, though the kernel has counted them already.
    ...silent("inucast", inPackets === undefined ? undefined : inPackets + (multicast ?? 0)),
    ...silent("inmcast", multicast),
    ...silent("innucast", multicast),
    ...silent("indisc", inDrops),
    ...silent("outucast", outPackets),
    ...silent("outdisc", outDrops),
    // Linux does not tell it here.
    ...silent("outqlen", 0),
  ];
}

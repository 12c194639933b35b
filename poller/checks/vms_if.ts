import { integer } from "../judge/numbers.ts";
import type { Interface } from "../readings/interfaces.ts";
import { lnxIf } from "./lnx_if.ts";

/** Where in the columns of /proc/net/dev stands what `netstat` of OpenVMS tells. */
const COLUMNS = {
  packetsIn: 1,
  errorsIn: 2,
  packetsOut: 9,
  errorsOut: 10,
  collisions: 13,
} as const;

/** Older agents copy netstat; later ones lay out twelve columns as SNMP does, and know no bytes. */
const SNMP_COLUMNS = 12;

/** Counters have 32 bits, and are shown as if one of them were a sign. */
const WRAP = 2 ** 32;

/**
 * Packets and errors of network interfaces of an OpenVMS host.
 *
 * Section: vms_if   Source: TCPIP NETSTAT -IN (TCP/IP Services for OpenVMS Management Command Reference)
 * Systems: OpenVMS
 * Params: as those of lnx_if
 */
export const vmsIf: typeof lnxIf = {
  ...lnxIf,
  section: "vms_if",

  parse(rows) {
    const found = new Map<string, Interface>();
    for (const [name = "", ...columns] of rows) {
      const numbers = columns.flatMap((text) => integer(text) ?? []).map(unsigned);
      if (numbers.length === columns.length && numbers.length >= 4 && !found.has(name))
        found.set(name, { name, counters: counters(numbers), card: {} });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },
};

const unsigned = (value: number): number => (value < 0 ? value + WRAP : value);

/** What is not told stays a hole: an unknown count is none, not 0. */
function counters(numbers: readonly number[]): number[] {
  const isSnmp = numbers.length >= SNMP_COLUMNS;
  const [packetsIn, errorsIn, packetsOut, errorsOut, collisions] = isSnmp
    ? [numbers[1], numbers[5], numbers[7], numbers[11]]
    : numbers;
  const counters: number[] = [];
  const told = { packetsIn, errorsIn, packetsOut, errorsOut, collisions };
  for (const name of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    const value = told[name];
    if (value !== undefined) counters[COLUMNS[name]] = value;
  }
  return counters;
}

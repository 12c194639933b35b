/**
 * What a Linux host says of its network interfaces.
 *
 * Source: `ip address` (ip-address(8)); /proc/net/dev (proc(5)); ethtool(8), or
 *         /sys/class/net/NAME/speed and address (Documentation/ABI/testing/sysfs-class-net)
 */

export interface Interface {
  readonly name: string;
  /** Since the interface appeared: the 16 columns of /proc/net/dev, bytes and packets. */
  readonly counters: readonly number[];
  /** What `ip address` says; absent where the agent has no iproute2. */
  readonly link?: Link | undefined;
  /** What ethtool and /sys say. */
  readonly card: Card;
}

export interface Link {
  readonly isAdminUp: boolean;
  /** Whether there is something at the other end of the wire. */
  readonly hasCarrier: boolean;
  /** Bytes. */
  readonly mtu: number;
  /** As in /sys/class/net/NAME/operstate: `up`, `down`, `unknown`, `dormant` … */
  readonly operstate: string;
  /** Empty where the interface has none; `broadcast` and `alias` too. */
  readonly address: string;
  readonly broadcast: string;
  readonly alias: string;
}

export interface Card {
  /** Bytes per second. */
  readonly speed?: number;
  /** `full`, `half`, `unknown`. */
  readonly duplex?: string;
  readonly hasLink?: boolean;
  readonly address?: string;
}

export const COLUMN_COUNT = 16;

/** Bytes per second. */
export const MEGABIT = 125_000;

const COUNTERS = /^(\S+?):\s*(\d{1,20}(?:\s+\d{1,20}){15,})$/;
const LINK = /^\d+:\s+([^\s@]+?)(?:@\S*)?:\s+<([^>]*)>\s+mtu\s+(\d{1,10})/;
const STATE = /\sstate\s+(\S+)/;
const BLOCK = /^\[(.+)\]$/;
const SPEED = /^(\d{1,9}) *Mb\/s$/;

/** The interfaces of /proc/net/dev in name order; the first of equal names. */
export function readInterfaces(lines: readonly string[]): Interface[] {
  const end = lines.indexOf("[end_iplink]") + 1;
  const links = readLinks(lines.slice(0, end));
  const cards = readCards(lines.slice(end));
  const found = new Map<string, Interface>();
  for (const line of lines.slice(end)) {
    const [, name = "", numbers] = COUNTERS.exec(line) ?? [];
    if (numbers === undefined || found.has(name)) continue;
    const counters = numbers.split(/\s+/, COLUMN_COUNT).map(Number);
    found.set(name, { name, counters, link: links.get(name), card: cards.get(name) ?? {} });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An interface that nothing is known about is taken to be up when it was ever used. */
export const isUp = ({ link, card, counters }: Interface): boolean =>
  link ? link.isAdminUp && link.hasCarrier : (card.hasLink ?? counters.some((count) => count > 0));

/** `2: eth0@if4: <FLAGS> mtu 1500 … state UP …`, and what stands below. */
function readLinks(lines: readonly string[]): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  let current = "";
  for (const line of lines) {
    const [, name, flags = "", mtu] = LINK.exec(line) ?? [];
    if (name !== undefined) {
      const all = flags.split(",");
      links.set(name, {
        isAdminUp: all.includes("UP"),
        hasCarrier: all.includes("LOWER_UP"),
        mtu: Number(mtu),
        operstate: (STATE.exec(line)?.[1] ?? "unknown").toLowerCase(),
        address: "",
        broadcast: "",
        alias: "",
      });
      current = name;
    }
    const link = links.get(current);
    const [kind = "", address = "", label, broadcast = ""] = line.split(/\s+/, 4);
    if (link && kind.startsWith("link/"))
      links.set(current, { ...link, address, broadcast: label === "brd" ? broadcast : "" });
    else if (link && kind === "alias") links.set(current, { ...link, alias: line.slice(6) });
  }
  return links;
}

/** `[eth0]`, and below it `Key: value`. */
function readCards(lines: readonly string[]): ReadonlyMap<string, Card> {
  const cards = new Map<string, Card>();
  let current: string | undefined;
  for (const line of lines) {
    current = BLOCK.exec(line)?.[1] ?? current;
    const colon = line.indexOf(":");
    if (current === undefined || colon < 0) continue;
    const fact = readFact(line.slice(0, colon), line.slice(colon + 1).trim());
    cards.set(current, Object.assign(cards.get(current) ?? {}, fact));
  }
  return cards;
}

function readFact(key: string, value: string): Card {
  switch (key) {
    case "Speed": {
      const megabits = Number(SPEED.exec(value)?.[1] ?? 0);
      return megabits > 0 ? { speed: megabits * MEGABIT } : {};
    }
    case "Duplex":
      return { duplex: value.replace(/!.*/, "").toLowerCase() };
    case "Link detected":
      return { hasLink: value === "yes" };
    case "Address":
      return { address: value };
    default:
      return {};
  }
}

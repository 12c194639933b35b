/**
 * Network interfaces: addresses and flags, counters, speed and link.
 *
 * Source: `ip address`, /proc/net/dev, /sys/class/net/NAME/. What ethtool(8) would say is read from
 * /sys and keeps its words; the command is run when something changed, else every five minutes.
 */
import { attempt } from "../readings/attempt.ts";
import { eachLine } from "../readings/lines.ts";
import type { AgentSection, Body, System } from "../section.ts";

const COLON = 58;
const HOLDS_SECONDS = 300;
/** A router's table is long, and its own addresses are a few lines of it: it is read more rarely. */
const LONG_ROWS = 10_000;

const FINGERPRINT = ["ifindex", "flags", "mtu", "operstate", "carrier", "address"];

export const lnxIf: AgentSection = {
  name: "lnx_if",
  async collect(system): Promise<Body | undefined> {
    const rows = system.read("/proc/net/dev")?.split("\n").slice(2, -1);
    if (rows === undefined) return undefined;
    const names = rows.map((row) => row.slice(0, row.indexOf(":")));
    const of = await fingerprint(system, names);
    const holds = { of, seconds: HOLDS_SECONDS };
    const { value, error } = await system.memo("ip address", holds, () =>
      attempt(system.run(["ip", "address"])),
    );
    const addresses =
      value === undefined ? [] : [{ text: `[start_iplink]\n${value}[end_iplink]\n` }];
    const links = await system.memo("links", holds, () => describe(system, names));
    const counters = rows.map((row) => `${row}\n`).join("");
    return [...addresses, { separator: COLON, text: counters + links, error }];
  },
};

/** Changes when `ip address` would say something else. */
async function fingerprint(system: System, names: readonly string[]): Promise<string> {
  const seen: string[] = [];
  await system.eachInTurns(names, (name) => {
    for (const file of FINGERPRINT) seen.push(about(system, name, file) ?? "");
    seen.push(name);
  });
  const own = await system.memo(
    "own addresses",
    { seconds: ({ rows }) => (rows > LONG_ROWS ? HOLDS_SECONDS : 0) },
    () => ownAddresses(system),
  );
  return [...seen, own.addresses, system.read("/proc/net/if_inet6") ?? ""].join("\n");
}

/** IPv4 addresses of the host: an address and, on the line after it, `/32 host LOCAL`. */
async function ownAddresses(system: System): Promise<{ addresses: string; rows: number }> {
  const addresses = new Set<string>();
  let rows = 0;
  let leaf = "";
  await eachLine(system, "/proc/net/fib_trie", (line) => {
    rows++;
    if (line.endsWith(" host LOCAL")) addresses.add(leaf);
    else if (line.includes("|-- ")) leaf = line.trim();
  });
  return { addresses: [...addresses].join(" "), rows };
}

/** A block for each interface, in the order of the padded names. */
async function describe(system: System, names: readonly string[]): Promise<string> {
  const blocks: string[] = [];
  await system.eachInTurns([...names].sort(), (name) => blocks.push(block(system, name)));
  return blocks.join("");
}

function block(system: System, name: string): string {
  const speed = about(system, name, "speed");
  const duplex = about(system, name, "duplex");
  const link = linkOf(system, name);
  const address = about(system, name, "address");
  return [
    `[${name.trim()}]\n`,
    speed && `\tSpeed: ${Number(speed) > 0 ? `${speed}Mb/s` : "Unknown!"}\n`,
    duplex && `\tDuplex: ${DUPLEX[duplex] ?? "Unknown! (255)"}\n`,
    link && `\tLink detected: ${link}\n`,
    address && `Address: ${address}\n`,
  ].join("");
}

const DUPLEX: Readonly<Record<string, string>> = { full: "Full", half: "Half" };

/** `carrier` cannot be read while an interface is switched off: hardware has no link then. */
function linkOf(system: System, name: string): "yes" | "no" | undefined {
  const carrier = about(system, name, "carrier");
  if (carrier !== undefined) return carrier === "1" ? "yes" : "no";
  return system.readLink(`/sys/class/net/${name.trim()}/device`) === undefined ? undefined : "no";
}

const about = (system: System, name: string, file: string): string | undefined =>
  system.readOnce(`/sys/class/net/${name.trim()}/${file}`)?.trim();

/**
 * Network interfaces that are bonded into one.
 *
 * Source: /proc/net/bonding/NAME (Documentation/networking/bonding.rst); `ovs-appctl bond/show`
 *         (ovs-vswitchd(8))
 */
import { integer } from "../judge/numbers.ts";

export interface Bond {
  readonly name: string;
  /** As the system words it. */
  readonly mode: string;
  /** As the bond itself says; where it does not, it is up as long as one member is. */
  readonly isUp: boolean;
  /** The member that carries everything, where only one does. */
  readonly active?: string | undefined;
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly isUp: boolean;
  /** How often its link was lost. */
  readonly failures?: number | undefined;
  /** Of IEEE 802.3ad: members of one bond should have the same. */
  readonly aggregator?: string | undefined;
}

const KERNEL_TITLE = /^==> (?:\.\/)?(\S+) <==$/;
const SWITCH_TITLE = /^\[(.+)\]$/;
const SWITCH_MEMBER = /^(?:slave|member) (\S+): (\w+)$/;
const ACTIVE_ADDRESS = /\((\S{1,64})\)$/;

/** Bonds of the kernel: `==> ./NAME <==`, then `Key: value`, of the bond and of each of its members. */
export function readKernelBonds(lines: Iterable<string>): Bond[] {
  return blocks(lines, KERNEL_TITLE).map(([name, block]) => {
    const [own = [], ...members] = parted(block, (line) => line.startsWith("Slave Interface:"));
    const facts = factsOf(own);
    const active = facts.get("Currently Active Slave");
    return {
      name,
      mode: facts.get("Bonding Mode") ?? "unknown mode",
      isUp: facts.get("MII Status") === "up",
      active: active === "None" ? undefined : active,
      members: unique(
        members.map((lines) => {
          const member = factsOf(lines);
          return {
            name: member.get("Slave Interface") ?? "",
            isUp: member.get("MII Status") === "up",
            failures: integer(member.get("Link Failure Count")),
            aggregator: member.get("Aggregator ID"),
          };
        }),
      ),
    };
  });
}

/** Bonds of Open vSwitch: `[NAME]`, then `key: value` and `member NAME: enabled`. */
export function readSwitchBonds(lines: Iterable<string>): Bond[] {
  return blocks(lines, SWITCH_TITLE).map(([name, block]) => {
    const facts = factsOf(block);
    const members = block.flatMap((line) => {
      const [, member, state] = SWITCH_MEMBER.exec(line) ?? [];
      return member === undefined ? [] : [{ name: member, isUp: state === "enabled" }];
    });
    const address = facts.get("active member mac") ?? facts.get("active slave mac") ?? "";
    const mode = facts.get("bond_mode") ?? "unknown mode";
    return {
      name,
      mode,
      isUp: members.some(({ isUp }) => isUp),
      active: mode === "active-backup" ? ACTIVE_ADDRESS.exec(address)?.[1] : undefined,
      members: unique(members),
    };
  });
}

/** The lines below each title; the first of equal titles. */
function blocks(lines: Iterable<string>, title: RegExp): [name: string, lines: string[]][] {
  const found = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines) {
    const name = title.exec(line)?.[1];
    if (name === undefined) current.push(line);
    else {
      current = [];
      if (!found.has(name)) found.set(name, current);
    }
  }
  return [...found];
}

/** Cut before each line that begins a part. */
function parted(lines: readonly string[], begins: (line: string) => boolean): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (begins(line)) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

function factsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const key = line.slice(0, Math.max(colon, 0)).trim();
    if (!facts.has(key)) facts.set(key, line.slice(colon + 1).trim());
  }
  return facts;
}

const unique = (members: readonly Member[]): Member[] => [
  ...new Map(members.map((member) => [member.name, member])).values(),
];

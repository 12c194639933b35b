/**
 * Connections that the packet filter tracks, and how many it may: `nf_conntrack_count N`,
 * `nf_conntrack_max N`. Left out where it tracks none.
 *
 * Source: the files of these names in /proc/sys/net/netfilter
 */
import type { AgentSection } from "../section.ts";

const FILES = ["nf_conntrack_count", "nf_conntrack_max"];

export const roundsmanConntrack: AgentSection = {
  name: "roundsman_conntrack",
  collect(system) {
    const lines = FILES.flatMap((name) => {
      const value = system.read(`/proc/sys/net/netfilter/${name}`);
      return value === undefined ? [] : `${name} ${value.trim()}\n`;
    });
    return lines.length > 0 ? lines.join("") : undefined;
  },
};

/**
 * ZFS: properties of its file systems and volumes, and what of them is mounted, each at most a
 * minute old.
 *
 * Source: `zfs get`, `df -t zfs`
 */
import { attempt } from "../readings/attempt.ts";
import type { AgentSection, Body } from "../section.ts";
import { askZfs } from "../readings/zfs.ts";

const TAB = 9;
const PROPERTIES = "name,quota,used,avail,mountpoint,type";
/** Nothing is mounted, or not all of it can be looked at. */
const DF_CODES = [0, 1];

export const zfsget: AgentSection = {
  name: "zfsget",
  async collect(system): Promise<Body | undefined> {
    const get = ["zfs", "get", "-t", "filesystem,volume", "-Hp", PROPERTIES] as const;
    const properties = await askZfs(system, get);
    if (properties === undefined) return undefined;
    const df = askZfs(system, ["df", "-PTlk", "-t", "zfs"], { accept: DF_CODES });
    const { value: table = "", error } = await attempt(df);
    const rows = table.slice(table.indexOf("\n") + 1);
    return [
      { separator: TAB, text: properties },
      { text: `[df]\n${rows}`, error },
    ];
  },
};

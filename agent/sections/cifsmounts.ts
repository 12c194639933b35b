/**
 * Mounted Windows shares: whether the server answers, and its sizes: blocks, free, free for
 * everybody, bytes of a block.
 *
 * Source: `stat -f` of each mount, all under one deadline of 2 s.
 */
import { askMounts, type Asked } from "../readings/network_mounts.ts";
import { printable } from "../readings/printable.ts";
import type { AgentSection, Body } from "../section.ts";

const DEADLINE_SECONDS = 2;

export const cifsmounts: AgentSection = {
  name: "cifsmounts",
  async collect(system): Promise<Body | undefined> {
    const asked = await askMounts(system, /^(?:cifs|smb3)$/, DEADLINE_SECONDS);
    if (asked === undefined) return undefined;
    const error = asked.flatMap(({ error = [] }) => error).join("; ") || undefined;
    return [{ text: asked.map((one) => `${line(one)}\n`).join(""), error }];
  },
};

function line({ mount, usage, error = "" }: Asked): string {
  const place = printable(mount.mountpoint);
  if (usage)
    return `${place} ok ${usage.total} ${usage.free} ${usage.available} ${usage.blockSize}`;
  return error.endsWith("Permission denied")
    ? `${place} Permission denied`
    : `${place} hanging 0 0 0 0`;
}

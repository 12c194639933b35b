/**
 * Mounted NFS: whether the server answers, and the sizes it tells; a line of JSON for each.
 *
 * Source: `stat -f` of each mount, all under one deadline of 5 s.
 */
import { askMounts, type Asked } from "../readings/network_mounts.ts";
import { printable } from "../readings/printable.ts";
import type { AgentSection, Body } from "../section.ts";

const DEADLINE_SECONDS = 5;

export const nfsmountsV2: AgentSection = {
  name: "nfsmounts_v2",
  async collect(system): Promise<Body | undefined> {
    const asked = await askMounts(system, /^nfs4?$/, DEADLINE_SECONDS);
    if (asked === undefined) return undefined;
    const error = asked.flatMap(({ error = [] }) => error).join("; ") || undefined;
    return [{ separator: 0, text: asked.map((one) => `${line(one)}\n`).join(""), error }];
  },
};

const line = ({ mount, usage }: Asked): string =>
  JSON.stringify({
    mountpoint: printable(mount.mountpoint),
    source: printable(mount.source),
    state: usage ? "ok" : "hanging",
    usage: {
      total_blocks: usage?.total ?? 0,
      free_blocks_su: usage?.free ?? 0,
      free_blocks: usage?.available ?? 0,
      blocksize: usage?.blockSize ?? 0,
    },
  });

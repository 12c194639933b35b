import { type Check, ParseError } from "../judge/check.ts";
import { jsonObject } from "../judge/json.ts";
import {
  type Blocks,
  judgeMounts,
  type MountParams,
  mountParams,
  type NetworkMount,
  networkMountMetrics,
} from "../readings/network_mounts.ts";

/**
 * Mounted NFS: whether the servers answer.
 *
 * Section: nfsmounts_v2   Source: `stat -f` of each mount (stat(1)): a JSON object per line
 * Params: used: ratio of the size
 */
export const nfsmountsV2: Check<readonly NetworkMount[], MountParams> = {
  section: "nfsmounts_v2",
  formOf: "nfsmounts",
  params: mountParams,

  parse(rows) {
    const found = new Map<string, NetworkMount>();
    for (const line of rows.lines()) {
      const { mountpoint, source, state, usage } = jsonObject(line);
      if (typeof mountpoint !== "string" || typeof state !== "string")
        throw new ParseError("no mount point, or no state", line);
      found.set(mountpoint, {
        mountpoint,
        source: typeof source === "string" ? source : "",
        state,
        blocks: blocksOf(usage),
      });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [networkMountMetrics],

  evaluate: (mounts, { params }) => judgeMounts("NFS", mounts, params),
};

function blocksOf(usage: unknown): Blocks | undefined {
  if (typeof usage !== "object" || usage === null) return undefined;
  const { total_blocks, free_blocks_su, free_blocks, blocksize }: Record<string, unknown> = {
    ...usage,
  };
  const [total, free, available, size] = [total_blocks, free_blocks_su, free_blocks, blocksize].map(
    (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined),
  );
  if (total === undefined || free === undefined || available === undefined || size === undefined)
    return undefined;
  return { total, free, available, size };
}

import type { Check } from "../judge/check.ts";
import {
  judgeMounts,
  type MountParams,
  mountParams,
  type NetworkMount,
  networkMountMetrics,
  readMountLines,
} from "../readings/network_mounts.ts";

/**
 * Mounted NFS, as agents told it before they named the servers: whether these answer.
 *
 * Section: nfsmounts   Source: `stat -f` of each mount (stat(1))
 * Params: used: ratio of the size
 */
export const nfsmounts: Check<readonly NetworkMount[], MountParams> = {
  section: "nfsmounts",
  params: mountParams,

  parse(rows) {
    const mounts = readMountLines(rows.lines());
    return mounts.length === 0 ? undefined : mounts;
  },

  metrics: [networkMountMetrics],

  evaluate: (mounts, { params }) => judgeMounts("NFS", mounts, params),
};

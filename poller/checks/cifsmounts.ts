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
 * Mounted Windows shares: whether the servers answer.
 *
 * Section: cifsmounts   Source: `stat -f` of each mount (stat(1))
 * Params: used: ratio of the size
 */
export const cifsmounts: Check<readonly NetworkMount[], MountParams> = {
  section: "cifsmounts",
  params: mountParams,

  parse(rows) {
    const mounts = readMountLines(rows.lines());
    return mounts.length === 0 ? undefined : mounts;
  },

  metrics: [networkMountMetrics],

  evaluate: (mounts, { params }) => judgeMounts("CIFS", mounts, params),
};

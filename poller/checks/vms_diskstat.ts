import type { Check } from "../judge/check.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { df, filesystemMetrics, type Filesystems, type Params } from "./df.ts";

export type Disk = Filesystems[number] & {
  /** Per second, on average over the minutes that the agent looked. */
  readonly operations: number;
};

type Disks = readonly Disk[];

const BLOCK = 512;

/**
 * Space of the disks of an OpenVMS host, by their labels.
 *
 * Section: vms_diskstat   Source: MONITOR DISK, F$GETDVI (OpenVMS DCL Dictionary)
 * Systems: OpenVMS
 * Params: as those of df
 */
export const vmsDiskstat: Check<Disks, Params> = {
  section: "vms_diskstat",
  params: df.params,

  parse(rows) {
    const found = new Map<string, Disk>();
    for (const row of rows) {
      const disk = readDisk(row);
      if (disk) found.set(disk.mountpoint, disk);
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    of((disks: Disks) => disks, filesystemMetrics),
    each((disks: Disks) => disks, { disk: ({ mountpoint }) => mountpoint }, [
      gauge(
        "roundsman_vms_disk_operations_per_second",
        "Operations on a disk, as the agent averaged them.",
        ({ operations }) => operations,
      ),
    ]),
  ],

  evaluate: (disks, { params, at }) => df.evaluate(disks, { params, at }),
};

/** `[DEVICE:] LABEL BLOCKS FREE OPERATIONS`: older agents name no device. */
function readDisk(row: readonly string[]): Disk | undefined {
  const [size, free] = row.slice(-3, -1).map(integer);
  const operations = decimal(row.at(-1));
  const [label, device = ""] = row.slice(0, -3).reverse();
  if (label === undefined || size === undefined || free === undefined || operations === undefined)
    return undefined;
  return {
    device: device.replace(/:$/, ""),
    fstype: "",
    mountpoint: label,
    size: size * BLOCK,
    used: (size - free) * BLOCK,
    available: free * BLOCK,
    operations,
  };
}

import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytesPerSecond, number } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { counter, each } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import { type ContainerDisk, type ContainerDisks, readDisksV1 } from "../readings/cgroups.ts";

interface Params {
  readonly read: Levels;
  readonly write: Levels;
}

type Counter = "read" | "written" | "reads" | "writes";

/** What goes through these arrives at a disk, where it is counted again. */
const BUILT_ON_DISKS = /^(?:dm-|md|bcache|drbd|loop)/;

/**
 * What a container reads and writes, on all disks together.
 *
 * Section: docker_container_diskstat   Source: blkio.throttle.io_service_bytes and io_serviced of
 *          control groups version 1; /sys/block
 * Params: read, write: bytes per second
 */
export const dockerContainerDiskstat: Check<ContainerDisks, Params> = {
  section: "docker_container_diskstat",
  params: { read: NEVER, write: NEVER },
  comparesWithPrevious: true,
  parse: readDisksV1,
  time: ({ time }) => time,

  metrics: [
    each(({ disks }: ContainerDisks) => disks, { device: ({ device }) => device }, [
      family("read_bytes", "Bytes that a container read.", "read"),
      family("written_bytes", "Bytes that a container wrote.", "written"),
      family("reads_completed", "Reads of a container.", "reads"),
      family("writes_completed", "Writes of a container.", "writes"),
    ]),
  ],

  *evaluate({ disks }, { params, at, previous }) {
    const earlier = new Map(previous?.data.disks.map((disk) => [disk.device, disk]));
    const seconds = at - (previous?.at ?? at);
    const physical = disks.filter(({ device }) => !BUILT_ON_DISKS.test(device));
    const perSecond = (name: Counter): number | undefined => {
      if (!previous || seconds <= 0) return undefined;
      // A disk of which there is no rate adds nothing: the others are still worth knowing.
      return physical
        .map((disk) => rate(disk[name], earlier.get(disk.device)?.[name], seconds) ?? 0)
        .reduce((sum, value) => sum + value, 0);
    };
    const told = (
      label: string,
      name: string,
      counter: Counter,
      render: (value: number) => string,
      upper?: Levels,
    ) => found(label, { name, value: perSecond(counter), levels: { upper }, min: 0 }, render);
    yield conclude(
      "Container disk IO SUMMARY",
      [
        ...(previous ? [] : [{ text: "Rates need an earlier report" }]),
        ...told("Read", "disk_read_throughput", "read", bytesPerSecond, params.read),
        ...told("Write", "disk_write_throughput", "written", bytesPerSecond, params.write),
        ...told("Reads per second", "disk_read_ios", "reads", number),
        ...told("Writes per second", "disk_write_ios", "writes", number),
      ],
      "SUMMARY",
    );
  },
};

function family(name: string, help: string, of: Counter) {
  return counter(`roundsman_container_disk_${name}_total`, help, (disk: ContainerDisk) => disk[of]);
}

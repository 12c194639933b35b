/**
 * Counters of disks, with the time they were read at; what device mapper and the makers call them.
 *
 * Source: /proc/diskstats; /sys/block/dm-N/dm/{name,uuid}; links in /dev/disk/by-id
 */
import type { AgentSection, System } from "../section.ts";

/** Disks and partitions; no RAM disks, loops or drives with media to be changed. */
const DISK =
  /^(?:x?[hsv]d[a-z]+\d*|dm-\d+|nvme\d+n\d+|mmcblk\S*|bcache\d+|dasd[a-z]+\d*|cciss\/c\d+d\d+|emcpower[a-z]+|VxVM\S*)$/;
const NAMES_SECONDS = 300;
/** Volume group and volume; a hyphen within them is doubled, what follows a third one is a layer. */
const VOLUME = /^((?:[^-]|--)+)-((?:[^-]|--)+)(?:-.*)?$/;

export const diskstat: AgentSection = {
  name: "diskstat",
  async collect(system) {
    const epoch = Math.floor(system.now());
    const table = system.read("/proc/diskstats");
    if (table === undefined) return undefined;
    const disks = table
      .split("\n")
      .filter((line) => DISK.test(line.trim().split(/ +/, 3)[2] ?? ""));
    const of = system.read("/proc/partitions") ?? "";
    const names = await system.memo("disk names", { of, seconds: NAMES_SECONDS }, () =>
      [...mapped(system), ...worldWideNames(system)].map((line) => `${line}\n`).join(""),
    );
    return `${epoch}\n${disks.map((line) => `${line}\n`).join("")}${names}`;
  },
};

/** `name major:minor`, and for LVM volume group and volume. */
function mapped(system: System): string[] {
  const devices = system.list("/sys/block").filter((name) => name.startsWith("dm-"));
  const line = (device: string): string => {
    const about = (file: string): string =>
      system.readOnce(`/sys/block/${device}/${file}`)?.trim() ?? "";
    const name = about("dm/name");
    const volume = about("dm/uuid").startsWith("LVM-") ? VOLUME.exec(name)?.slice(1) : undefined;
    const words = volume?.map((word) => word.replaceAll("--", "-")) ?? [];
    return [name, about("dev"), ...words].join(" ");
  };
  return ["[dmsetup_info]", ...devices.map(line)];
}

/** `wwn-… /dev/…` */
function worldWideNames(system: System): string[] {
  if (!system.list("/dev/disk").includes("by-id")) return [];
  const names = system.list("/dev/disk/by-id").filter((name) => name.startsWith("wwn-"));
  const lines = names.map((name) => {
    const device = system.readLink(`/dev/disk/by-id/${name}`)?.replace(/^.*\//, "") ?? "";
    return `${name} /dev/${device}`;
  });
  return ["[device_wwn]", ...lines];
}

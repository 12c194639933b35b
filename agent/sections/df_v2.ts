/**
 * File systems: space, inodes, and the ids of the devices.
 *
 * Source: /proc/self/mountinfo; statfs(2) where it cannot block, else `df`, which is run once a
 * minute at most; `lsblk` when the devices in /proc/partitions changed.
 */
import { attempt } from "../readings/attempt.ts";
import { containerOf } from "../readings/container.ts";
import { localFileSystems } from "../readings/file_systems.ts";
import { readMounts } from "../readings/mountinfo.ts";
import { printable } from "../readings/printable.ts";
import type { AgentSection, Body, StatFs, System } from "../section.ts";

/** Their size is known to the kernel; a FUSE or cluster file system may have to ask somebody. */
const NEVER_BLOCKS = /^(?:ext[234]|xfs|btrfs|tmpfs|overlay|zfs|vfat|f2fs)$/;
const DF_SECONDS = 60;
const LSBLK_SECONDS = 900;
const DEADLINE_SECONDS = 5;
/** Some devices could not be looked at, or there are none. */
const LSBLK_CODES = [0, 1, 32, 64];
const NO_INODES = "0 0 0 -";

/** Size, used, available or free, and used in percent, as `df -PTk` and `df -PTi` lay them out. */
interface Columns {
  readonly space: string;
  readonly inodes: string;
}

export const dfV2: AgentSection = {
  name: "df_v2",
  async collect(system): Promise<Body | undefined> {
    const mountinfo = system.read("/proc/self/mountinfo");
    if (mountinfo === undefined) return undefined;
    const mounts = await system.memo("df mounts", { of: mountinfo, seconds: 3600 }, () =>
      localFileSystems(readMounts(mountinfo), { zfs: containerOf(system) === "lxc" }),
    );
    const asked = mounts.filter(({ type }) => !NEVER_BLOCKS.test(type));
    const df = await askDf(
      system,
      asked.map(({ mountpoint }) => mountpoint),
    );
    let space = "";
    let inodes = "";
    for (const { type, source, mountpoint } of mounts) {
      const columns = NEVER_BLOCKS.test(type)
        ? askKernel(system, mountpoint)
        : df.columns.get(mountpoint);
      if (!columns) continue;
      const start = `${printable(source.replaceAll(" ", "\\040"))} ${type}`;
      space += `${start} ${columns.space} ${printable(mountpoint)}\n`;
      inodes += `${start} ${columns.inodes} ${printable(mountpoint)}\n`;
    }
    const ids = await lsblk(system);
    return [
      { text: space, error: df.error },
      { text: `[df_inodes_start]\n${inodes}[df_inodes_end]\n${ids.text}`, error: ids.error },
    ];
  },
};

function askKernel(system: System, mountpoint: string): Columns | undefined {
  const size = system.statfs(mountpoint);
  return size && size.blocks > 0
    ? { space: spaceColumns(size), inodes: inodeColumns(size) }
    : undefined;
}

/** KiB, rounded up. What only root may use is neither used nor available. */
function spaceColumns({ bsize, blocks, bfree, bavail }: StatFs): string {
  const kib = (count: number): number => Math.ceil((count * bsize) / 1024);
  const used = blocks - bfree;
  return `${kib(blocks)} ${kib(used)} ${kib(bavail)} ${percent(used, used + bavail)}`;
}

const inodeColumns = ({ files, ffree }: StatFs): string =>
  `${files} ${files - ffree} ${ffree} ${percent(files - ffree, files)}`;

/** Rounded up, so that only a file system with nothing on it is at 0%. */
const percent = (used: number, whole: number): string =>
  whole === 0 ? "-" : `${Math.ceil((used * 100) / whole)}%`;

/** What `df` says of file systems that may block, by mountpoint. The rest of the section can do without. */
async function askDf(
  system: System,
  mountpoints: readonly string[],
): Promise<{ columns: ReadonlyMap<string, Columns>; error?: string }> {
  if (mountpoints.length === 0) return { columns: new Map() };
  // Exit code 1: some of them are not for us, or went meanwhile.
  const options = { accept: [0, 1], deadlineSeconds: DEADLINE_SECONDS };
  const df = async (flags: string): Promise<Rows> =>
    rows((await system.run(["df", flags, ...mountpoints], options)) ?? "");
  const both = async (): Promise<readonly [space: Rows, inodes: Rows]> => [
    await df("-PTk"),
    await df("-PTi"),
  ];
  const { value: [spaceOf, inodesOf] = [NO_ROWS, NO_ROWS], ...lack } = await system.memo(
    "df",
    { of: mountpoints.join("\n"), seconds: DF_SECONDS },
    () => attempt(both()),
  );
  const columns = mountpoints.flatMap((mountpoint): [string, Columns][] => {
    const space = spaceOf.get(printable(mountpoint));
    const inodes = inodesOf.get(printable(mountpoint)) ?? NO_INODES;
    return space === undefined || space.startsWith("0 ") ? [] : [[mountpoint, { space, inodes }]];
  });
  return { columns: new Map(columns), ...lack };
}

/** Columns by mountpoint, as printed. */
type Rows = ReadonlyMap<string, string>;
const NO_ROWS: Rows = new Map();

/** The device before the columns may contain anything. */
function rows(text: string): Rows {
  const found = text.matchAll(/ (\d+ +\S+ +\S+ +(?:\d+%|-)) (\/.*)$/gm);
  return new Map(Array.from(found, ([, columns = "", place = ""]) => [place, columns]));
}

/** The ids of devices; without the command, and when it fails, there are none. */
async function lsblk(system: System): Promise<{ text: string; error?: string }> {
  const command = ["lsblk", "--list", "--paths", "--output", "NAME,UUID"] as const;
  const of = system.read("/proc/partitions") ?? "";
  const { value, ...lack } = await system.memo("lsblk", { of, seconds: LSBLK_SECONDS }, () =>
    attempt(system.run(command, { accept: LSBLK_CODES, deadlineSeconds: DEADLINE_SECONDS })),
  );
  const text = value === undefined ? "" : `[df_lsblk_start]\n${value}[df_lsblk_end]\n`;
  return { text, ...lack };
}

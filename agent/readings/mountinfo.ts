/**
 * What is mounted where.
 *
 * Source: /proc/PID/mountinfo, see proc_pid_mountinfo(5).
 */

export interface Mount {
  /** Of the mount, unique while it lives. */
  readonly id: string;
  readonly parent: string;
  /** `major:minor` of the file system. */
  readonly device: string;
  /** The folder of the file system that is mounted; `/` unless it is a bind mount. */
  readonly root: string;
  readonly mountpoint: string;
  readonly type: string;
  /** A device, or a name that means something to the file system. */
  readonly source: string;
  /** Options of the file system, not of the mount. */
  readonly options: string;
}

/** Mounts in the kernel's order, without those that others are mounted over. */
export function readMounts(mountinfo: string): readonly Mount[] {
  const mounts = mountinfo.split("\n").flatMap((line) => parseMount(line) ?? []);
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const parentOf = ({ id, parent }: Mount): Mount | undefined =>
    parent === id ? undefined : byId.get(parent);
  const taken = new Set(
    mounts.filter(parentOf).map(({ parent, mountpoint }) => `${parent} ${mountpoint}`),
  );
  const isBelowAnother = ({ parent, mountpoint }: Mount): boolean =>
    above(mountpoint).some((folder) => taken.has(`${parent} ${folder}`));
  const inSight = (mount: Mount | undefined): boolean =>
    !mount || (!isBelowAnother(mount) && inSight(parentOf(mount)));
  return mounts.filter((mount) => !taken.has(`${mount.id} ${mount.mountpoint}`) && inSight(mount));
}

/** `36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw,errors=continue` */
function parseMount(line: string): Mount | undefined {
  const [mount = "", fileSystem = ""] = line.split(" - ");
  const [id, parent, device, root, mountpoint] = mount.split(" ");
  const [type, source = "", options = ""] = fileSystem.split(" ");
  if (id === undefined || parent === undefined || device === undefined) return undefined;
  if (root === undefined || mountpoint === undefined || !type) return undefined;
  return {
    id,
    parent,
    device,
    root: unescape(root),
    mountpoint: unescape(mountpoint),
    type,
    source: unescape(source),
    options,
  };
}

/** The kernel writes blank, tab, newline, backslash and `#` as three octal digits. */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

/** The folders that a path is in: `/`, `/a` and `/a/b` for `/a/b/c`. */
function above(path: string): readonly string[] {
  const names = path.split("/").slice(1, -1);
  return path === "/" ? [] : ["/", ...names.map((_, i) => `/${names.slice(0, i + 1).join("/")}`)];
}

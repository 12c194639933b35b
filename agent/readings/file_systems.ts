/**
 * Which mounts `df` tells of: local, of a size, each file system once.
 *
 * Source: df(1) of GNU coreutils with -l, compared by experiment.
 */
import type { Mount } from "./mountinfo.ts";

/** Left out of `df_v2`: remote ones, images that are always full, and what has sections of its own. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  "smbfs cifs iso9660 udf nfs nfs4 nfsv4 mvfs prl_fs squashfs devtmpfs autofs beegfs".split(" "),
);

/** What the kernel shows of itself: nothing is stored there, the size is 0. */
const WITHOUT_SIZE: ReadonlySet<string> = new Set(
  `proc sysfs cgroup cgroup2 devpts mqueue debugfs tracefs securityfs configfs pstore bpf
  hugetlbfs fusectl binfmt_misc rpc_pipefs nfsd nsfs selinuxfs smackfs ramfs rootfs fuse.portal
  fuse.lxcfs fuse.gvfsd-fuse subfs devfs kernfs none ignore`.split(/\s+/),
);

const REMOTE: ReadonlySet<string> = new Set(
  "acfs afs auristorfs coda fhgfs gpfs ibrix ocfs2 smb3 vxfs".split(" "),
);

/** Local file systems of a size, each once. ZFS has a section of its own but in LXC containers. */
export function localFileSystems(
  mounts: readonly Mount[],
  { zfs }: { readonly zfs: boolean },
): readonly Mount[] {
  const chosen = new Map<string, Mount>();
  for (const mount of mounts) {
    if (!isShown(mount) || (mount.type === "zfs" && !zfs)) continue;
    const key = fileSystemOf(mount);
    const known = chosen.get(key);
    if (!known || isBetter(mount, known)) chosen.set(key, mount);
  }
  return [...chosen.values()];
}

const isShown = ({ type, source }: Mount): boolean =>
  !LEFT_OUT.has(type) && !WITHOUT_SIZE.has(type) && !REMOTE.has(type) && !source.includes(":");

/** What stat(2) calls the device: each subvolume of btrfs is one. */
const fileSystemOf = ({ device, type, options }: Mount): string =>
  type === "btrfs" ? `${device} ${/\bsubvolid=\d+/.exec(options)?.[0] ?? ""}` : device;

/** Of two mounts of one file system: one with a path for its source, then the one nearer to the root. */
function isBetter(mount: Mount, known: Mount): boolean {
  if (mount.source.includes("/") && !known.source.includes("/")) return true;
  const isNearer = mount.mountpoint.length < known.mountpoint.length;
  return isNearer && mount.root.length <= known.root.length;
}

import { expect, test } from "vitest";
import { zfsget } from "../../../agent/sections/zfsget.ts";
import { collect, lackOf, madeUp, NOW, type MadeUp } from "./host.ts";

const DF = `#!/bin/sh
test "$*" = "-PTlk -t zfs" || exit 2
/bin/cat <<'END'
Filesystem     Type 1024-blocks   Used Available Capacity Mounted on
tank           zfs      9000000    128   8999872       1% /tank
tank/my data   zfs      9500000 500128   8999872       6% /srv/my data
END
`;
const ZFS = `#!/bin/sh
test "$*" = "get -t filesystem,volume -Hp name,quota,used,avail,mountpoint,type" || exit 2
printf 'tank/my data\\tused\\t512131072\\t-\\n'
`;

const hostWith = (files: Record<string, string>, now?: () => number): MadeUp =>
  madeUp({ "/sys/module/zfs/version": "2.3\n", ...files }, now && { now });

test("properties come between tabs, what is mounted between blanks", async () => {
  const { host } = hostWith({ "/usr/bin/zfs": ZFS, "/usr/bin/df": DF });
  expect(await collect(zfsget, host)).toBe(`<<<zfsget:sep(9)>>>
tank/my data	used	512131072	-
<<<zfsget>>>
[df]
tank           zfs      9000000    128   8999872       1% /tank
tank/my data   zfs      9500000 500128   8999872       6% /srv/my data
`);
});

test("where nothing is mounted only the rows are missing", async () => {
  const { host } = hostWith({ "/usr/bin/zfs": ZFS, "/usr/bin/df": "#!/bin/sh\nexit 1\n" });
  expect(await collect(zfsget, host)).toMatch(/\t-\n<<<zfsget>>>\n\[df\]\n$/);
  expect(await lackOf(zfsget, host)).toEqual([]);
});

test("a df that fails costs the rows only, and is told", async () => {
  const { host } = hostWith({ "/usr/bin/zfs": ZFS, "/usr/bin/df": "#!/bin/sh\nexit 7\n" });
  expect(await collect(zfsget, host)).toMatch(/\t-\n<<<zfsget>>>\n\[df\]\n$/);
  expect(await lackOf(zfsget, host)).toEqual(["df -PTlk -t zfs ended with exit code 7"]);
});

test("where the kernel has no ZFS nothing is run", async () => {
  const { host } = madeUp({ "/usr/bin/zfs": "#!/bin/sh\nexit 1\n" });
  expect(await collect(zfsget, host)).toBeUndefined();
  expect(await collect(zfsget, hostWith({}).host)).toBeUndefined();
});

test("a zfs that hangs fails the section, and is left alone for a minute", async () => {
  let now = NOW;
  const { host, write } = hostWith(
    { "/usr/bin/zfs": "#!/bin/sh\nexec /bin/sleep 60\n", "/usr/bin/df": DF },
    () => now,
  );
  await expect(collect(zfsget, host)).rejects.toThrow("took longer than 5 s");
  write("/usr/bin/zfs", ZFS);
  now += 50;
  await expect(collect(zfsget, host)).rejects.toThrow("took longer than 5 s");
  now += 10;
  expect(await collect(zfsget, host)).toContain("tank/my data\tused");
});

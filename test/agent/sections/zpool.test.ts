import { expect, test } from "vitest";
import { zpool } from "../../../agent/sections/zpool.ts";
import { collect, madeUp, NOW } from "./host.ts";

const MODULE = { "/sys/module/zfs/version": "2.3\n" };
const list = (free: string): string => `#!/bin/sh
test "$*" = list || exit 2
/bin/cat <<'END'
NAME   SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP    HEALTH  ALTROOT
tank  9.50G   512M  ${free}        -         -     3%     5%  1.00x    ONLINE  -
END
`;

test("pools are as zpool lists them, at most a minute old", async () => {
  let now = NOW;
  const { host, write } = madeUp({ ...MODULE, "/usr/bin/zpool": list("9.0G") }, { now: () => now });
  expect(await collect(zpool, host)).toBe(`<<<zpool>>>
NAME   SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP    HEALTH  ALTROOT
tank  9.50G   512M  9.0G        -         -     3%     5%  1.00x    ONLINE  -
`);
  write("/usr/bin/zpool", list("8.0G"));
  now += 50;
  expect(await collect(zpool, host)).toContain(" 9.0G ");
  now += 10;
  expect(await collect(zpool, host)).toContain(" 8.0G ");
});

test("without ZFS in the kernel, or the command, there is no section", async () => {
  expect(await collect(zpool, madeUp({ "/usr/bin/zpool": list("1G") }).host)).toBeUndefined();
  expect(await collect(zpool, madeUp(MODULE).host)).toBeUndefined();
});

test("a zpool that hangs is ended after five seconds", async () => {
  const { host } = madeUp({ ...MODULE, "/usr/bin/zpool": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(zpool, host)).rejects.toThrow("zpool list took longer than 5 s");
});

test("a zpool that fails says why", async () => {
  const { host } = madeUp({
    ...MODULE,
    "/usr/bin/zpool": "#!/bin/sh\necho no access >&2; exit 1\n",
  });
  await expect(collect(zpool, host)).rejects.toThrow(
    "zpool list ended with exit code 1: no access",
  );
});

import { expect, test } from "vitest";
import { multipath } from "../../../agent/sections/multipath.ts";
import { collect, madeUp, NOW } from "./host.ts";

const DISK = { "/sys/block/dm-3/dm/uuid": "mpath-3600a0b80\n" };
const TOOL = `#!/bin/sh
test "$*" = "-l -v2" || exit 2
/bin/cat <<'END'
data (3600a0b80) dm-3 ACME,DISK
size=17G features='0' hwhandler='0' wp=rw
\`-+- policy='service-time 0' prio=0 status=active
  |- 3:0:1:54 sdb 8:16 active undef running
  \`- 5:0:1:54 sdc 8:32 active undef running
END
`;

test("disks and their paths are as multipath tells them", async () => {
  const { host } = madeUp({ ...DISK, "/usr/bin/multipath": TOOL });
  expect(await collect(multipath, host)).toBe(`<<<multipath>>>
data (3600a0b80) dm-3 ACME,DISK
size=17G features='0' hwhandler='0' wp=rw
\`-+- policy='service-time 0' prio=0 status=active
  |- 3:0:1:54 sdb 8:16 active undef running
  \`- 5:0:1:54 sdc 8:32 active undef running
`);
});

test("where no disk has several paths nothing is run", async () => {
  const { host } = madeUp({
    "/sys/block/dm-0/dm/uuid": "LVM-mpath-\n",
    "/sys/block/sda/dev": "8:0\n",
    "/usr/bin/multipath": TOOL,
  });
  expect(await collect(multipath, host)).toBeUndefined();
  expect(await collect(multipath, madeUp(DISK).host)).toBeUndefined();
});

test("one that hangs is ended after five seconds, and left alone for a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { ...DISK, "/usr/bin/multipath": "#!/bin/sh\nexec /bin/sleep 60\n" },
    { now: () => now },
  );
  const hang = "multipath -l -v2 took longer than 5 s";
  await expect(collect(multipath, host)).rejects.toThrow(hang);
  write("/usr/bin/multipath", TOOL);
  now += 50;
  await expect(collect(multipath, host)).rejects.toThrow(hang);
  now += 10;
  expect(await collect(multipath, host)).toContain("dm-3 ACME");
});

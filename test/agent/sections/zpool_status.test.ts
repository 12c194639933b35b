import { expect, test } from "vitest";
import { zpoolStatus } from "../../../agent/sections/zpool_status.ts";
import { collect, madeUp } from "./host.ts";

const MODULE = { "/sys/module/zfs/version": "2.3\n" };

test("what is wrong with a pool is told in zpool's words", async () => {
  const tool = `#!/bin/sh
test "$*" = "status -x" || exit 2
/bin/cat <<'END'
  pool: tank
 state: DEGRADED
status: One or more devices could not be opened.
errors: No known data errors
END
`;
  const { host } = madeUp({ ...MODULE, "/usr/bin/zpool": tool });
  expect(await collect(zpoolStatus, host)).toBe(`<<<zpool_status>>>
  pool: tank
 state: DEGRADED
status: One or more devices could not be opened.
errors: No known data errors
`);
});

test("without ZFS in the kernel, or the command, there is no section", async () => {
  const tool = "#!/bin/sh\necho all pools are healthy\n";
  expect(await collect(zpoolStatus, madeUp({ "/usr/bin/zpool": tool }).host)).toBeUndefined();
  expect(await collect(zpoolStatus, madeUp(MODULE).host)).toBeUndefined();
});

test("a zpool that hangs is ended after five seconds", async () => {
  const { host } = madeUp({ ...MODULE, "/usr/bin/zpool": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(zpoolStatus, host)).rejects.toThrow("zpool status -x took longer than 5 s");
});

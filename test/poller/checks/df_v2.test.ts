import { expect, test } from "vitest";
import { df } from "../../../poller/checks/df.ts";
import { dfV2 } from "../../../poller/checks/df_v2.ts";
import { judged, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

test("space, inodes and lsblk come under two headers of one name", () => {
  const data = dfV2.parse(
    sectionRows(`<<<df_v2>>>
/dev/sdx1 ext4 1000 700 250 74% /
<<<df_v2>>>
[df_inodes_start]
/dev/sdx1 ext4 100 40 60 40% /
[df_inodes_end]
[df_lsblk_start]
NAME UUID
/dev/sdx1 0f0f-1234
[df_lsblk_end]
`),
  );
  expect(data).toMatchObject([{ mountpoint: "/", inodes: { total: 100, free: 60 } }]);
  expect(judged(dfV2, data).map(({ service }) => service)).toEqual(["Filesystem /"]);
  expect(samples(dfV2, data)).toEqual(samples(df, data));
});

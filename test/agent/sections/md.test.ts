import { expect, test } from "vitest";
import { md } from "../../../agent/sections/md.ts";
import { collect, madeUp, web1 } from "./host.ts";

test("arrays are as the kernel tells them", async () => {
  expect(await collect(md, web1())).toBe(`<<<md>>>
Personalities : [raid1] 
md0 : active raid1 sdc1[1] sdb1[0]
      976630464 blocks super 1.2 [2/2] [UU]
      bitmap: 0/8 pages [0KB], 65536KB chunk

unused devices: <none>
`);
});

test("without software RAID the section is empty, and is not once there is some", async () => {
  const { host, write } = madeUp({});
  expect(await collect(md, host)).toBe("<<<md>>>\n");
  write("/proc/mdstat", "Personalities : \nunused devices: <none>\n");
  expect(await collect(md, host)).toBe("<<<md>>>\nPersonalities : \nunused devices: <none>\n");
});

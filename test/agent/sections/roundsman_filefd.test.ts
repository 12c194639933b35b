import { expect, test } from "vitest";
import { roundsmanFilefd } from "../../../agent/sections/roundsman_filefd.ts";
import { collect, madeUp } from "./host.ts";

test("open files are what the kernel says, to the letter", async () => {
  const { host } = madeUp({ "/proc/sys/fs/file-nr": "3043\t0\t2466170\n" });
  expect(await collect(roundsmanFilefd, host)).toBe("<<<roundsman_filefd>>>\n3043\t0\t2466170\n");
});

test("without the file there is no section", async () => {
  expect(await collect(roundsmanFilefd, madeUp({}).host)).toBeUndefined();
});

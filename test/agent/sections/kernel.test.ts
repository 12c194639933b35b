import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kernel } from "../../../agent/sections/kernel.ts";
import { top } from "../../peers.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

const file = (name: string): string =>
  readFileSync(join(top, "test/fixtures/hosts/web1/proc", name), "utf8");

test("the time stands above all counters of the kernel", async () => {
  expect(await collect(kernel, web1({ now: () => NOW + 0.9 }))).toBe(
    `<<<kernel>>>\n${NOW}\n${file("vmstat")}${file("stat")}`,
  );
});

test("a kernel without counters of paging still has the others", async () => {
  const { host } = madeUp({ "/proc/stat": "cpu  1 2 3\n" });
  expect(await collect(kernel, host)).toBe(`<<<kernel>>>\n${NOW}\ncpu  1 2 3\n`);
  expect(await collect(kernel, madeUp({}).host)).toBeUndefined();
});

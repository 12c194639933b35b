import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mem } from "../../../agent/sections/mem.ts";
import { top } from "../../peers.ts";
import { collect, madeUp, web1 } from "./host.ts";

test("memory is what the kernel says, to the letter", async () => {
  const file = readFileSync(join(top, "test/fixtures/hosts/web1/proc/meminfo"), "utf8");
  expect(await collect(mem, web1())).toBe(`<<<mem>>>\n${file}`);
});

test("without the file there is no section", async () => {
  expect(await collect(mem, madeUp({}).host)).toBeUndefined();
});

import { expect, test } from "vitest";
import { uptime } from "../../../agent/sections/uptime.ts";
import { collect, madeUp, web1 } from "./host.ts";

test("the uptime is what the kernel says", async () => {
  expect(await collect(uptime, web1())).toBe("<<<uptime>>>\n90061.25 170000.50\n");
});

test("without the file there is no section", async () => {
  expect(await collect(uptime, madeUp({}).host)).toBeUndefined();
});

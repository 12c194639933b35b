import { join } from "node:path";
import { expect, test } from "vitest";
import { clock, measure } from "../../../agent/roundsman_job/measure.ts";
import { follow } from "../../../waitmax/follow.ts";
import { program, testWith } from "../../peers.ts";
import { folder } from "../../waitmax/programs.ts";

/** Takes 60 MB, and CPU for 0.3 s. */
const BUSY =
  "const b = Buffer.alloc(6e7, 1), t = Date.now(); while (Date.now() - t < 300); setTimeout(() => b, 100)";

async function measured(time: string): Promise<Map<string, string>> {
  const meter = measure([process.execPath, "-e", BUSY], join(folder(), ".draft"), time);
  const { pid, ended } = follow(meter.command);
  meter.started(pid ?? 0);
  expect(await ended).toEqual({ exitCode: 0 });
  const lines = meter.ended().trimEnd().split("\n");
  return new Map(lines.map((line) => line.split(" ") as [string, string]));
}

function expectBusy(values: Map<string, string>): void {
  expect(values.get("real_time")).toMatch(/^\d+:\d\d\.\d\d$/);
  expect(Number(values.get("user_time"))).toBeGreaterThan(0.1);
  expect(Number(values.get("max_res_kbytes"))).toBeGreaterThan(60_000);
}

testWith(program("time"))("time(1) measures all there is", async () => {
  const values = await measured("/usr/bin/time");
  expectBusy(values);
  expect([...values.keys()]).toEqual([
    "real_time",
    "user_time",
    "system_time",
    "reads",
    "writes",
    "max_res_kbytes",
    "avg_mem_kbytes",
    "invol_context_switches",
    "vol_context_switches",
  ]);
});

test("without time(1) there is what the kernel tells, and nothing made up", async () => {
  const values = await measured("/nonexistent/time");
  expectBusy(values);
  expect([...values.keys()]).toEqual(["real_time", "user_time", "system_time", "max_res_kbytes"]);
});

test.each([
  [0, "0:00.00"],
  [2.509, "0:02.50"],
  [125.25, "2:05.25"],
  [3599.99, "59:59.99"],
  [3600, "1:00:00"],
  [360_061.5, "100:01:01"],
])("%d seconds are %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

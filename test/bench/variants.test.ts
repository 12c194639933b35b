import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shared, testWith } from "../peers.ts";
import { laterReport } from "./variants.ts";

describe("what a host says later on", () => {
  const lines = (...all: string[]): string => `${all.join("\n")}\n`;

  test("times advance and counters grow, from when the host was started they do not", () => {
    const report = lines(
      "<<<kernel>>>",
      "1795196897",
      "pgfault 1000",
      "oom_kill 0",
      "cpu  10 0 20",
      "btime 1795195769",
    );
    const [, time, faults, kills, cpu, boot] = laterReport(report, 2).split("\n");
    expect([time, kills, boot]).toEqual(["1795196917", "oom_kill 0", "btime 1795195769"]);
    expect(faults).toBe("pgfault 1008");
    expect(cpu).toBe("cpu  32 0 62");
  });

  test("gauges sway, sizes stay", () => {
    const report = lines("<<<mem>>>", "MemTotal:       24684096 kB", "MemFree:        21255924 kB");
    const [, total, free] = laterReport(report, 1).split("\n");
    expect(total).toBe("MemTotal:       24684096 kB");
    expect(free).toMatch(/^MemFree: {8}212\d{5} kB$/);
    expect(free).not.toBe("MemFree:        21255924 kB");
  });

  test("healthy interfaces have traffic and no new errors", () => {
    const numbers = "100 200 7 0 0 0 0 0 300 400 9 0 0 0 0 0";
    const report = lines("<<<lnx_if:sep(58)>>>", `  eth0: ${numbers}`);
    expect(laterReport(report, 1)).toContain("  eth0: 201 401 7 0 0 0 0 0 601 801 9 0 0 0 0 0\n");
  });

  test("processes grow older, over midnight too", () => {
    const report = lines("<<<ps_lnx>>>", "0::/a root 10 20 16:36:59 0-23:59:55 1002 /bin/sh -c 1");
    expect(laterReport(report, 1)).toContain("root 10 20 16:37:00 1-00:00:05 1002 /bin/sh -c 1");
  });

  test("nothing moves in other sections", () => {
    const report = lines("<<<local:sep(0)>>>", "0 Fine count=7 7", "<<<md>>>", "1795196897");
    expect(laterReport(report, 5)).toBe(report);
  });

  testWith(shared)("the load tools' report keeps its sections and lines", () => {
    const report = readFileSync(join(shared.path, "bench", "payload60k.txt"), "latin1");
    const later = laterReport(report, 15);
    const shape = (text: string): string => text.replace(/^(?!<<<).*$/gm, wordsOf);
    const wordsOf = (line: string): string => String(line.trim().split(/ +/).length);
    expect(shape(later)).toBe(shape(report));
    const moved = later.split("\n").filter((line, i) => line !== report.split("\n")[i]);
    expect(moved.length).toBeGreaterThan(300);
  });
});

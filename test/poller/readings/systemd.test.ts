import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readUnits } from "../../../poller/readings/systemd.ts";

const only = (...lines: string[]) => {
  const [unit, ...others] = readUnits(lines);
  if (!unit || others.length > 0) throw new Error("one unit is wanted");
  return unit;
};
const BELL = "bell.service loaded active running Rings the bell";
/** The bell with a paragraph of `systemctl status`. */
const withStatus = (...status: string[]) =>
  only("[status]", "● bell.service - Rings the bell", "Loaded: loaded", ...status, "[all]", BELL)
    .status;

describe("reading units", () => {
  test("finds state and description, whatever sign stands in front", () => {
    for (const sign of ["", "* ", "● ", "○ ", "× ", "↻ "])
      expect(only("[all]", sign + BELL)).toEqual({
        name: "bell.service",
        kind: "service",
        load: "loaded",
        active: "active",
        sub: "running",
        description: "Rings the bell",
        enabled: "unknown",
        status: {},
      });
  });

  test("passes over titles and legends", () => {
    const units = readUnits([
      "[all]",
      "UNIT LOAD ACTIVE SUB DESCRIPTION",
      BELL,
      "LOAD = Reflects whether the unit definition was properly loaded.",
      "1 loaded units listed.",
      "To show all installed unit files use 'systemctl list-unit-files'.",
    ]);
    expect(units.map(({ name }) => name)).toEqual(["bell.service"]);
  });

  test("takes all kinds of units, and names with dots", () => {
    const names = ["a.b.socket", "boot-efi.mount", "sys-kernel.device", "nightly.timer"];
    const units = readUnits(["[all]", ...names.map((name) => `${name} loaded active x`)]);
    expect(units.map(({ kind }) => kind)).toEqual(["socket", "mount", "device", "timer"]);
  });

  test("takes the first of two rows with one name", () => {
    expect(only("[all]", BELL, "bell.service loaded failed failed Again").active).toBe("active");
  });

  test("finds whether a unit is enabled, an instance by its template", () => {
    const units = readUnits([
      "[list-unit-files]",
      "UNIT FILE STATE PRESET",
      "bell.service disabled enabled",
      "getty@.service static -",
      "[all]",
      BELL,
      "getty@tty1.service loaded active running Getty",
    ]);
    expect(units.map(({ enabled }) => enabled)).toEqual(["disabled", "static"]);
  });

  test("wants `[all]`", () => {
    expect(readUnits([BELL])).toEqual([]);
    expect(readUnits(["[list-unit-files]", "bell.service enabled"])).toEqual([]);
  });

  test("never fails, and gives finite numbers only", () => {
    const line = fc.constantFrom(
      "[all]",
      "[status]",
      "● bell.service - Rings",
      "Loaded: loaded",
      "Active: active (running) since Mon; 1 month 9 days ago",
      `Memory: ${"9".repeat(400)}E`,
      `Active: active; ${"9".repeat(400)} years ago`,
      "Tasks: 1e99",
      BELL,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
        for (const { status } of readUnits(lines))
          for (const value of Object.values(status))
            if (value !== undefined) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});

describe("the status of a unit", () => {
  test.each([
    ["33min ago", 1980],
    ["6s ago", 6],
    ["1min 54s ago", 114],
    ["15h ago", 54_000],
    ["1 day 2h ago", 93_600],
    ["5 days ago", 432_000],
    ["1 week 2 days ago", 777_600],
    ["1 month 9 days ago", 2_629_800 + 9 * 86_400],
    ["2 years 1 month ago", 2 * 31_557_600 + 2_629_800],
    ["250ms ago", 0.25],
  ])("%s is %d seconds", (ago, seconds) => {
    const status = withStatus(`Active: active (running) since Mon 2026-01-12 10:28:05 CET; ${ago}`);
    expect(status.seconds).toBeCloseTo(seconds, 9);
  });

  test("has no age where systemd tells none", () => {
    expect(withStatus("Active: inactive (dead)").seconds).toBeUndefined();
  });

  test("holds memory, CPU time and tasks", () => {
    const { tasks, memory, cpu } = withStatus(
      ...["Tasks: 12 (limit: 153550)", "Memory: 9.5M (peak: 14.3M)", "CPU: 41min 15.818s"],
    );
    expect({ tasks, memory, cpu }).toEqual({ tasks: 12, memory: 9_961_472, cpu: 2475.818 });
  });

  test("holds nothing that was cut off or cannot be read", () => {
    const { memory, cpu, tasks } = withStatus("Memory: [not set]", "CPU: 815u", "Tasks: many");
    expect([memory, cpu, tasks]).toEqual([undefined, undefined, undefined]);
  });

  test("is not ended by an address in brackets", () => {
    expect(withStatus("Listen: /run/bell.sock (Stream)", "[::]:111 (Stream)", "CPU: 1s").cpu).toBe(
      1,
    );
  });

  test("is not ended by the names of what triggers the unit", () => {
    const status = withStatus("TriggeredBy: ● bell.timer", "● bell.path", "CPU: 1s");
    expect(status.cpu).toBe(1);
  });

  test("belongs to the unit above it", () => {
    const units = readUnits([
      "[status]",
      "● bell.service - Rings the bell",
      "Loaded: loaded",
      "CPU: 1s",
      "○ gong.service - Strikes the gong",
      "Loaded: loaded",
      "CPU: 2s",
      "[all]",
      "gong.service loaded active running Strikes the gong",
      BELL,
    ]);
    expect(units.map(({ status }) => status.cpu)).toEqual([2, 1]);
  });
});

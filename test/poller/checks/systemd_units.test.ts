import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemdUnits } from "../../../poller/checks/systemd_units.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { parse as parseReport } from "../../../poller/parse.ts";
import { shared, testWith } from "../../peers.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

type Params = typeof systemdUnits.params;

const parse = (lines: readonly string[], params: Partial<Params> = {}) =>
  systemdUnits.parse(rows(...lines), { ...systemdUnits.params, ...params });
const services = (lines: readonly string[], params: Partial<Params> = {}) =>
  judged(systemdUnits, parse(lines, params), { params });

const FILES = [
  "[list-unit-files]",
  "bell.service enabled enabled",
  "gong.service disabled enabled",
  "harp.service indirect enabled",
];
/** `bell` with what systemctl says of it at length. */
const status = (active: string, ago: string): string[] => [
  "[status]",
  "● bell.service - Rings the bell",
  "Loaded: loaded (/etc/systemd/system/bell.service; enabled; preset: enabled)",
  `Active: ${active} since Mon 2026-01-12 10:28:05 CET; ${ago} ago`,
  "Tasks: 3 (limit: 100)",
  "Memory: 2.0M",
  "CPU: 4s",
];
const all = (...units: string[]): string[] => [
  "[all]",
  "UNIT LOAD ACTIVE SUB DESCRIPTION",
  ...units,
];
const BELL = "bell.service loaded active running Rings the bell";
const DOOR = "door.socket loaded active listening Where one knocks";

describe("a summary", () => {
  test("is there for services and for sockets, where there are any", () => {
    const names = (...units: string[]) => services(all(...units)).map(({ service }) => service);
    expect(names(BELL, DOOR)).toEqual(["Systemd Service Summary", "Systemd Socket Summary"]);
    expect(names(DOOR)).toEqual(["Systemd Socket Summary"]);
  });

  test("counts", () => {
    const [summary] = services([
      ...FILES,
      ...all(BELL, "gong.service loaded inactive dead Gong", "dust.service loaded inactive dead x"),
    ]);
    expect(summary).toMatchObject({ state: OK, summary: "Total: 3, Disabled: 1, Failed: 0" });
    expect(summary).not.toHaveProperty("item");
  });

  test("is CRIT when a unit failed, and names it", () => {
    const [summary] = services(all(BELL, "drum.service loaded failed failed Drums"));
    expect(summary).toMatchObject({
      state: CRIT,
      summary: "Total: 2, Disabled: 0, Failed: 1, drum.service failed",
    });
  });

  test("is CRIT in a state that nobody knows, even one named as what every object has", () => {
    for (const state of ["maintenance", "constructor", "__proto__"])
      expect(services(all(`drum.service loaded ${state} odd Drums`))[0]?.state).toBe(CRIT);
  });

  test("follows the worth that somebody gave a state", () => {
    const params = { states: { failed: WARN } as const };
    expect(services(all("drum.service loaded failed failed Drums"), params)[0]?.state).toBe(WARN);
    expect(services(all(BELL), params)[0]?.state).toBe(OK);
  });

  test("does not judge what is disabled or indirect", () => {
    const [summary] = services([
      ...FILES,
      ...all("gong.service loaded failed failed Gong", "harp.service loaded failed failed Harp"),
    ]);
    expect(summary).toMatchObject({ state: OK, summary: "Total: 2, Disabled: 2, Failed: 0" });
  });

  test("names ten units at most", () => {
    const many = Array.from({ length: 13 }, (_, n) => `d${n}.service loaded failed failed Drum`);
    const [summary] = services(all(...many));
    expect(summary?.summary).toContain("d9.service failed, and 3 more");
    expect(summary?.summary).not.toContain("d10.service");
  });

  test.each([
    ["deactivating", "29s", OK],
    ["deactivating", "30s", WARN],
    ["reloading", "1min", CRIT],
    ["activating", "3h", OK],
  ])("is, of a unit %s for %s, of state %d", (active, ago, state) => {
    const lines = [...status(`${active} (x)`, ago), ...all(`bell.service loaded ${active} x Bell`)];
    expect(services(lines)[0]?.state).toBe(state);
  });

  test("says for how long a unit has been on its way", () => {
    const lines = [
      ...status("reloading (reload)", "45s"),
      ...all(BELL.replace("active", "reloading")),
    ];
    expect(services(lines)[0]?.summary).toContain(
      "bell.service reloading for 45 seconds (warn/crit at 30 seconds/1 minute)",
    );
  });
});

describe("a unit that is named", () => {
  test("has a service with what is known of it", () => {
    const lines = [...status("active (running)", "2h"), ...all(BELL)];
    const bell = services(lines, { units: ["bell"] }).at(-1);
    expect(bell).toMatchObject({
      service: "Systemd Service bell",
      item: "bell",
      state: OK,
      summary:
        "Status: active, Rings the bell, Active since: 2 hours, CPU time: 4 seconds, Memory: 2 MiB, Tasks: 3",
    });
    expect(perfdata(bell)).toEqual({
      active_since: 7200,
      cpu_time: 4,
      mem_used: 2_097_152,
      number_of_tasks: 3,
    });
  });

  test("may be of any kind, and named by a pattern", () => {
    const found = services(all(BELL, DOOR), { units: ["d*.socket", "b*"] });
    expect(found.map(({ service }) => service).slice(2)).toEqual([
      "Systemd Service bell",
      "Systemd Socket door",
    ]);
  });

  test("is CRIT when it failed", () => {
    const drum = services(all("drum.service loaded failed failed Drums"), { units: ["drum"] }).at(
      -1,
    );
    expect(drum?.state).toBe(CRIT);
  });

  test("is CRIT when it is gone; a pattern may find nothing", () => {
    const found = services(all(BELL), { units: ["drum", "cello*"] });
    expect(found.slice(1)).toEqual([
      expect.objectContaining({ service: "Systemd Service drum", item: "drum", state: CRIT }),
    ]);
  });
});

describe("what is exported", () => {
  const lines = (params: Partial<Params> = {}) =>
    sampleLines(
      samples(systemdUnits, parse(all(BELL, DOOR, "drum.service x failed failed"), params)),
    );

  test("is how many units are in each state", () => {
    expect(lines().filter((line) => line.startsWith("node_systemd_units{"))).toEqual([
      'node_systemd_units{state="activating"} 0',
      'node_systemd_units{state="active"} 2',
      'node_systemd_units{state="deactivating"} 0',
      'node_systemd_units{state="failed"} 1',
      'node_systemd_units{state="inactive"} 0',
    ]);
  });

  test("is the state of units that are not well", () => {
    const states = lines().filter((line) => line.startsWith("node_systemd_unit_state{"));
    expect(states).toHaveLength(5);
    expect(states).toContain(
      'node_systemd_unit_state{name="drum.service",state="failed",type=""} 1',
    );
    expect(states).toContain(
      'node_systemd_unit_state{name="drum.service",state="active",type=""} 0',
    );
  });

  test("is the state of units that are named", () => {
    expect(lines({ units: ["bell"] })).toContain(
      'node_systemd_unit_state{name="bell.service",state="active",type=""} 1',
    );
  });
});

test("without units the section is as good as none", () => {
  expect(parse(["[list-unit-files]", "[status]", "[all]"])).toBeUndefined();
});

testWith(shared)("a real host has its units in order", () => {
  const bytes = readFileSync(join(shared.path, "corpus/dumps/linux-2.4.0p21-proxmox-pve.txt"));
  const section = parseReport(bytes).hosts[0]?.sections.get("systemd_units");
  const params: Params = { ...systemdUnits.params, units: ["amsd"] };
  const data = section && systemdUnits.parse(section.rows, params);
  const [summary, sockets, amsd] = judged(systemdUnits, data, { params });
  expect([summary?.state, sockets?.state]).toEqual([OK, OK]);
  expect(perfdata(amsd)).toEqual({
    active_since: 2_629_800 + 9 * 86_400,
    cpu_time: 2475.818,
    mem_used: Math.round(9.1 * 2 ** 20),
    number_of_tasks: 1,
  });
});

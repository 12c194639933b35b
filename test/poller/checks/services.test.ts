import { describe, expect, test } from "vitest";
import { services } from "../../../poller/checks/services.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

type Params = typeof services.params;

const LINES = [
  "Bell running/auto Rings the bell",
  "Gong stopped/auto Sounds the gong",
  "Harp stopped/demand Plays the harp",
  "Drum starting/disabled Beats the drum",
];
const parse = (lines: readonly string[], params: Partial<Params> = {}) =>
  services.parse(rows(...lines), { ...services.params, ...params });
const judge = (lines: readonly string[], params: Partial<Params> = {}) =>
  judged(services, parse(lines, params), { params });

describe("the summary", () => {
  test("names what starts by itself and does not run, without a fuss", () => {
    const [summary, ...others] = judge(LINES);
    expect(others).toEqual([]);
    expect(summary).toMatchObject({
      service: "Service Summary",
      state: OK,
      summary:
        "Services: 4, Running: 1, Autostart: 2, Autostart, not running: 1, Gong (Sounds the gong) is stopped",
    });
    expect(perfdata(summary)).toEqual({ stopped: 1 });
  });

  test("is worth what somebody said, but for those that may stop", () => {
    expect(judge(LINES, { stopped: WARN })[0]?.state).toBe(WARN);
    const allowed = judge(LINES, { stopped: WARN, mayStop: ["G*"] });
    expect(allowed[0]?.state).toBe(OK);
    expect(perfdata(allowed[0])).toEqual({ stopped: 0 });
  });

  test("names ten at most", () => {
    const many = Array.from({ length: 12 }, (_, at) => `Bell${at} stopped/auto x`);
    expect(judge(many)[0]?.summary).toMatch(/Bell9 \(x\) is stopped, and 2 more$/);
  });
});

describe("a service that is named", () => {
  test("must be there and run", () => {
    const found = judge(LINES, { services: ["Bell", "Ha*", "Lute"] });
    expect(found.slice(1)).toMatchObject([
      {
        service: "Service Bell",
        item: "Bell",
        state: OK,
        summary: "Rings the bell, running, start: auto",
      },
      { service: "Service Harp", state: CRIT, summary: "Plays the harp, stopped, start: manual" },
      { service: "Service Lute", state: CRIT, summary: "There is no such service" },
    ]);
  });
});

describe("metrics", () => {
  test("count services by state, also where there is none", () => {
    const lines = sampleLines(samples(services, parse(LINES)));
    expect(lines).toContain('roundsman_windows_services{state="stopped"} 2');
    expect(lines).toContain('roundsman_windows_services{state="start pending"} 1');
    expect(lines).toContain('roundsman_windows_services{state="paused"} 0');
    expect(lines).toContain('roundsman_windows_services{state="unknown"} 0');
  });

  test("of their own have only those that should run and do not, and those that are named", () => {
    const named = (params: Partial<Params> = {}) =>
      new Set(
        samples(services, parse(LINES, params)).flatMap(({ name, labels }) =>
          name === "windows_service_state" ? [labels["name"]] : [],
        ),
      );
    expect(named()).toEqual(new Set(["Gong"]));
    expect(named({ services: ["Bell"] })).toEqual(new Set(["Bell", "Gong"]));
  });

  test("are those of windows_exporter", () => {
    const lines = sampleLines(samples(services, parse(LINES)));
    expect(lines.filter((line) => line.startsWith("windows_service_state"))).toHaveLength(7);
    expect(lines).toContain('windows_service_state{name="Gong",state="stopped"} 1');
    expect(lines).toContain('windows_service_state{name="Gong",state="stop pending"} 0');
    expect(lines.filter((line) => line.startsWith("windows_service_start_mode"))).toHaveLength(5);
    expect(lines).toContain('windows_service_start_mode{name="Gong",start_mode="auto"} 1');
    expect(lines).toContain('windows_service_start_mode{name="Gong",start_mode="manual"} 0');
  });
});

test("names with blanks, no description and states that nobody knows can be read", () => {
  expect(parse(["Old Bell stopping/boot", "Gong odd/other a b/c"])?.services).toEqual([
    { name: "Old_Bell", state: "stop pending", startMode: "boot", description: "" },
    { name: "Gong", state: "unknown", startMode: "other", description: "a b/c" },
  ]);
});

test("a section of no services is refused, and an empty one is none", () => {
  expect(() => parse(["access is denied"])).toThrow(ParseError);
  expect(parse([])).toBeUndefined();
});

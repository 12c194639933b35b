import { describe, expect, test } from "vitest";
import { roundsmanAgent } from "../../../poller/checks/roundsman_agent.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: object[]) =>
  roundsmanAgent.parse(
    sectionRows(
      `<<<roundsman_agent:sep(0)>>>\n${lines.map((line) => `${JSON.stringify(line)}\n`).join("")}`,
    ),
  );
const END = { end: true, sections: 1 };
/** When it is judged. */
const NOW = 1_700_000_000;

test("time, duration and success of sections and scripts are exported", () => {
  const data = parse(
    { section: "mem", at: 1700000000.5, seconds: 0.001 },
    { script: "local/backup", at: 1700000001, seconds: 2, error: "exit code 1" },
    { script: "plugins/60/new" },
    END,
  );
  expect(sampleLines(samples(roundsmanAgent, data))).toEqual([
    'roundsman_agent_section_duration_seconds{section="mem"} 0.001',
    'roundsman_agent_section_collected_timestamp_seconds{section="mem"} 1700000000.5',
    'roundsman_agent_section_success{section="mem"} 1',
    'roundsman_agent_script_duration_seconds{script="local/backup"} 2',
    'roundsman_agent_script_collected_timestamp_seconds{script="local/backup"} 1700000001',
    'roundsman_agent_script_success{script="local/backup"} 0',
  ]);
});

test("what failed is named, and makes a warning", () => {
  const good = { section: "mem", at: 1, seconds: 0.5 };
  expect(judged(roundsmanAgent, parse(good, END))).toMatchObject([
    {
      service: "Agent collection",
      state: OK,
      summary: "1 section, 0 scripts, slowest took 500 ms",
    },
  ]);
  const stuck = { section: "df_v2", at: 1, seconds: 1, error: "still being collected after 90 s" };
  expect(judged(roundsmanAgent, parse(good, stuck, END))[0]).toMatchObject({
    state: WARN,
    summary: expect.stringContaining("df_v2: still being collected after 90 s") as string,
  });
});

test("fields of another kind than agreed are taken as absent", () => {
  const data = parse({ section: "mem", at: "now", seconds: null, error: 5 }, { section: 7 });
  expect(data?.sections).toEqual([
    { name: "mem", at: undefined, seconds: undefined, error: undefined },
  ]);
});

test("what is not JSON is refused", () => {
  expect(() => roundsmanAgent.parse(sectionRows("<<<roundsman_agent:sep(0)>>>\n{torn\n"))).toThrow(
    ParseError,
  );
});

describe("a certificate", () => {
  const DAY = 86_400;
  const certificate = (days: number, more = {}) => {
    const line = { certificate: "web1", expires: NOW + days * DAY, ...more };
    const data = parse({ section: "mem", at: 1, seconds: 0.5 }, line, END);
    return judged(roundsmanAgent, data).find(({ service }) => service === "Agent");
  };

  test("is exported with its end", () => {
    const data = parse({ certificate: "web1", expires: 1700000000 }, { certificate: "web2" }, END);
    expect(sampleLines(samples(roundsmanAgent, data))).toEqual([
      'roundsman_agent_certificate_expiry_timestamp_seconds{certificate="web1"} 1700000000',
    ]);
  });

  test.each([
    [31, OK, undefined],
    [29, WARN, "certificate web1 ends in 29 days (warn/crit below 30 days/7 days)"],
    [6, CRIT, "certificate web1 ends in 6 days (warn/crit below 30 days/7 days)"],
    [-2, CRIT, "certificate web1 ended 2 days ago (warn/crit below 30 days/7 days)"],
  ])("with %d days left has state %d", (days, state, text) => {
    expect(certificate(days)?.state).toBe(state);
    if (text !== undefined) expect(certificate(days)?.summary).toContain(text);
  });

  test("whose successor cannot be used makes a warning", () => {
    const one = certificate(100, { error: "the TLS files have changed and cannot be used: …" });
    expect(one?.state).toBe(WARN);
    expect(one?.summary).toContain("web1: the TLS files have changed");
  });
});

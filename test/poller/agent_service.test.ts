import { describe, expect, test } from "vitest";
import { agentFindings, agentService, type ReportFacts } from "../../poller/agent_service.ts";
import { CRIT, OK, WARN } from "../../poller/judge/state.ts";

const nothing: ReportFacts = {
  ...{ sections: 3, said: [], cached: [], unknown: [], limits: {}, refused: [], at: 1000 },
  differences: { missingSections: [], newServices: [], vanishedServices: [] },
};
const service = (own: Partial<ReportFacts>) =>
  agentService(agentFindings({ ...nothing, ...own }), undefined, undefined, 1000);

test("an agent of which there is nothing to say is fine, and says how much came", () => {
  expect(service({})).toMatchObject({
    ...{ service: "Agent", check: "agent", state: OK, summary: "3 sections" },
  });
});

test("what checks say of the agent is said here, and the worst of it counts", () => {
  const said = [
    { service: "Agent", check: "check_mk", state: OK, summary: "Version: 2.3.0", details: "x" },
    { service: "Agent", check: "roundsman_agent", state: WARN, summary: "Certificate: 3 days" },
  ];
  expect(service({ said })).toMatchObject({
    ...{ state: WARN, summary: "Version: 2.3.0, Certificate: 3 days", details: "x" },
  });
});

describe("against the baseline", () => {
  test("sections that are missing are a warning; services that come and go are told", () => {
    const found = service({
      differences: {
        ...{ missingSections: ["df"], newServices: ["Memory"], vanishedServices: ["Uptime"] },
      },
    });
    expect(found).toMatchObject({ state: WARN, summary: "missing sections: df" });
    expect(found.details).toBe("vanished services: Uptime\nnew services: Memory");
  });

  test("long lists are cut, and say so", () => {
    const missingSections = Array.from({ length: 33 }, (_, i) => `s${i}`);
    const { summary } = service({ differences: { ...nothing.differences, missingSections } });
    expect(summary).toMatch(/^missing sections: s0, s1, .* s19 and 13 more$/);
  });
});

test("the oldest section from the agent's cache is told with its age, none that is of now", () => {
  const cached = [
    { name: "a", cached: { at: 990, interval: 60 } },
    { name: "b", cached: { at: 700, interval: 60 } },
    { name: "c", cached: { at: 2000, interval: 60 } },
  ];
  expect(service({ cached }).details).toBe("oldest section: b, 5 minutes");
  expect(service({ cached: cached.slice(2) }).details).toBeUndefined();
});

test("limits, and hosts for which it may not speak, are warnings", () => {
  expect(service({ limits: { series: 7 }, refused: ["db1", "db2"] })).toMatchObject({
    ...{ state: WARN, summary: "may not speak for: db1, db2, over the limit of series: 7" },
  });
});

test("labels that were cut short are told, and no warning", () => {
  expect(service({ limits: { label_length: 2 } })).toMatchObject({
    ...{ state: OK, summary: "3 sections", details: "over the limit of label_length: 2" },
  });
});

describe("a failure", () => {
  const failure = { reason: "timeout", message: "no answer within 10 s" } as const;

  test("is critical where nothing came, and a warning where the end is missing", () => {
    const down = agentService(undefined, failure, undefined, 1000);
    expect(down).toMatchObject({ state: CRIT, summary: "timeout: no answer within 10 s" });
    expect(agentService([], failure, undefined, 1000).state).toBe(WARN);
  });

  test("that is over is remembered", () => {
    const fine = agentService([], undefined, { ...failure, at: 880 }, 1000);
    expect(fine).toMatchObject({
      ...{ state: OK, details: "last failure 2 minutes ago, timeout: no answer within 10 s" },
    });
  });
});

import { describe, expect, test } from "vitest";
import { formatPerfdata } from "../../../poller/commands/nagios.ts";
import { asJson, asText, type Verdict } from "../../../poller/commands/verdict.ts";
import type { State } from "../../../poller/judge/state.ts";
import type { Service } from "../../../poller/services.ts";

const service = (name: string, state: State, own: Partial<Service> = {}): Service => ({
  service: name,
  check: "things",
  state,
  summary: `${name} said so`,
  ...own,
});

const verdict = (services: Service[], own: Partial<Verdict> = {}): Verdict => ({
  host: "web1",
  state: 2,
  services,
  metrics: new Map(),
  notes: [],
  ...own,
});

const plain = { colour: false, perfdata: false };

describe("for people", () => {
  test("sums up, then lists the services, the worst first, aligned", () => {
    const services = [
      service("A", 0),
      service("Bee", 1, { details: "one\ntwo" }),
      service("C", 3),
      service("D", 2),
      service("E", 0, { details: "not of interest" }),
    ];
    expect(asText(verdict(services), plain).split("\n")).toEqual([
      "CRIT - 5 services: 1 CRIT (D), 1 UNKNOWN (C), 1 WARN (Bee)",
      "CRIT     D    D said so",
      "UNKNOWN  C    C said so",
      "WARN     Bee  Bee said so",
      "    one",
      "    two",
      "OK       A    A said so",
      "OK       E    E said so",
      "",
    ]);
  });

  test("does not pad all names to a very long one", () => {
    const services = [service("A", 0), service("B".repeat(500), 0)];
    const lines = asText(verdict(services), plain).split("\n");
    expect(lines[1]).toMatch(/^OK {7}A {40,60}A said so$/);
  });

  test("names only so many services in the first line", () => {
    const services = ["A", "B", "C", "D"].map((name) => service(name, 1));
    const [first] = asText(verdict(services, { state: 1 }), plain).split("\n");
    expect(first).toBe("WARN - 4 services: 4 WARN (A, B, C, …)");
  });

  test("says all in the first line where there is one service, and admits to none", () => {
    const one = service("Agent", 2, { details: "more" });
    expect(asText(verdict([one]), plain)).toBe("CRIT - Agent: Agent said so\n    more\n");
    expect(asText(verdict([], { state: 3 }), plain)).toBe(
      "UNKNOWN - no section that a check knows\n",
    );
  });

  test("paints states only when asked, and lets no service do so", () => {
    const services = [service("\u001b[2Jevil", 2, { summary: "a|b\r" }), service("B", 0)];
    const text = asText(verdict(services), { ...plain, colour: true });
    expect(text.split("\u001b")).toHaveLength(1 + 4);
    expect(text).toContain("\u001b[31mCRIT   \u001b[0m");
    expect(asText(verdict(services), plain)).not.toContain("\u001b");
    expect(text).toContain("a¦b\ufffd\n");
  });
});

describe("for Nagios", () => {
  test("numbers bear their service's name and levels as ranges", () => {
    const levels = {
      upper: { warn: 80, crit: 90 },
      lower: { warn: 5, crit: -Infinity },
    };
    const perfdata = [
      { name: "used", value: 12.5, levels, min: 0, max: 100 },
      { name: "plain", value: 3 },
    ];
    expect(formatPerfdata([service("It's a=b", 0, { perfdata })])).toBe(
      "'It''s a_b used'=12.5;5:80;90;0;100 'It''s a_b plain'=3",
    );
  });

  test("follow the first line's only bar", () => {
    const services = [service("A|B", 0, { perfdata: [{ name: "n", value: 1 }] }), service("C", 0)];
    const [first] = asText(verdict(services, { state: 0 }), { ...plain, perfdata: true }).split(
      "\n",
    );
    expect(first).toBe("OK - 2 services | 'A_B n'=1");
  });
});

describe("for programs", () => {
  const sample = (device: string) => ({ name: "node_x", labels: { device }, value: 1 });

  test("each series is with the service that a label names, else with the first", () => {
    const services = [
      service("Thing 1", 0, { item: "1" }),
      service("Thing eth0", 0, { item: "2", perfdata: [{ name: "n", value: 1, max: 2 }] }),
      service("Other", 1, { check: "other" }),
    ];
    const metrics = new Map([
      ["things", [sample("eth0"), sample("1"), sample("nobody")]],
      ["silent", [sample("1")]],
    ]);
    const json: unknown = JSON.parse(asJson(verdict(services, { metrics })));
    const common = { perfdata: [], metrics: [] };
    expect(json).toEqual({
      host: "web1",
      state: 2,
      services: [
        {
          ...common,
          service: "Thing 1",
          check: "things",
          item: "1",
          state: 0,
          summary: "Thing 1 said so",
          metrics: [sample("1"), sample("nobody")],
        },
        {
          service: "Thing eth0",
          check: "things",
          item: "2",
          state: 0,
          summary: "Thing eth0 said so",
          perfdata: [{ name: "n", value: 1 }],
          metrics: [sample("eth0")],
        },
        {
          ...common,
          service: "Other",
          check: "other",
          item: null,
          state: 1,
          summary: "Other said so",
        },
        {
          ...common,
          service: "silent",
          check: "silent",
          item: null,
          state: 0,
          summary: "",
          metrics: [sample("1")],
        },
      ],
      notes: [],
    });
  });
});

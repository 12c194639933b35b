import { expect, test } from "vitest";
import { ipmiDiscrete } from "../../../poller/checks/ipmi_discrete.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  ipmiDiscrete.parse(sectionRows(["<<<ipmi_discrete:sep(124)>>>", ...lines, ""].join("\n")));

test.each([
  ["ok", "Presence detected", OK],
  ["ok", "", OK],
  ["ok", "Fully Redundant", OK],
  ["ok", "Presence detected, Failure detected", CRIT],
  ["ok", "Presence detected, Power Supply AC lost", CRIT],
  ["ok", "Presence detected, Predictive failure", WARN],
  ["ok", "Redundancy Lost", CRIT],
  ["ok", "Correctable ECC", WARN],
  ["ok", "Uncorrectable ECC", CRIT],
  ["ok", "Drive_Present,_Drive_Fault", CRIT],
  ["nc", "", WARN],
  ["cr", "Presence detected", CRIT],
])("a sensor that is %s and says '%s' is judged by the worse of both", (status, words, state) => {
  const [service] = judged(ipmiDiscrete, parse(`PS1 Status | C8h | ${status} | 10.1 | ${words}`));
  expect(service).toMatchObject({
    service: "IPMI Sensor PS1 Status",
    item: "PS1 Status",
    state,
    summary: words || status,
  });
});

test("its state is exported", () => {
  expect(
    sampleLines(samples(ipmiDiscrete, parse("PS1 | C8h | ok | 10.1 | Predictive failure"))),
  ).toEqual(['roundsman_ipmi_sensor_state{sensor="PS1"} 1']);
});

test("sensors that say nothing are left out; what is none is refused", () => {
  expect(parse("PS2 | C9h | ns | 10.2 | No Reading")).toBeUndefined();
  expect(() => parse("Could not open device")).toThrow(ParseError);
});

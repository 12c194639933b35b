import { expect, test } from "vitest";
import { omdBrokerShovels } from "../../../poller/checks/omd_broker_shovels.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  omdBrokerShovels.parse(sectionRows(["<<<omd_broker_shovels:sep(0)>>>", ...lines, ""].join("\n")));
const line = (...states: string[]) =>
  JSON.stringify(
    states.map((state, index) => ({
      name: `cmk.shovel.north->site${index}`,
      node: "rabbit-north@localhost",
      state,
    })),
  );

test("shovels are counted by state, and none has a series of its own", () => {
  const data = parse(line("running", "running", "starting", "odd"));
  expect(sampleLines(samples(omdBrokerShovels, data))).toEqual([
    'roundsman_omd_broker_shovels{site="north",state="running"} 2',
    'roundsman_omd_broker_shovels{site="north",state="starting"} 1',
    'roundsman_omd_broker_shovels{site="north",state="terminated"} 0',
  ]);
});

test.each([
  [["running", "running"], OK, "running: 2"],
  [["running", "starting"], OK, "running: 1, starting: 1"],
  [["terminated"], WARN, "running: 0, terminated: 1"],
])("of %j it is said how many there are", (states, state, summary) => {
  expect(judged(omdBrokerShovels, parse(line(...states)))[0]).toMatchObject({
    service: "OMD north broker shovels",
    item: "north",
    state,
    summary,
  });
});

test("one that does not run is named", () => {
  const [service] = judged(omdBrokerShovels, parse(line("running", "terminated")));
  expect(service?.details).toBe("cmk.shovel.north->site1: terminated");
});

test("older servers name the site first; a site without shovels has no service", () => {
  expect(parse('south [{"name":"a","state":"running"}]', "north []")).toEqual([
    { site: "south", name: "a", state: "running" },
  ]);
  expect(parse("north []")).toBeUndefined();
});

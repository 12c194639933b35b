import { expect, test } from "vitest";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { factOf, partsByName, stateOf, statusOf } from "../../../poller/readings/raid.ts";

test.each([
  ["Optl", "optimal", OK],
  ["Onln", "online", OK],
  ["Online, Spun Up", "online", OK],
  ["Okay(OKY)", "okay", OK],
  ["Optimal(OPT)", "optimal", OK],
  ["Unconfigured(good), Spun Up", "unconfigured(good)", OK],
  ["Hotspare, Spun down", "hotspare", OK],
  ["GHS", "global hot spare", OK],
  ["VERIFYING", "verifying", OK],
  ["Rbld", "rebuild", WARN],
  ["INITIALIZING", "initializing", WARN],
  ["Partially Degraded", "partially degraded", WARN],
  ["SMART_FAILURE", "smart failure", WARN],
  ["Dgrd", "degraded", CRIT],
  ["Degrade", "degrade", CRIT],
  ["Offln", "offline", CRIT],
  ["Unconfigured(bad)", "unconfigured(bad)", CRIT],
  ["INOPERABLE", "inoperable", CRIT],
  ["Missing(MIS)", "missing", CRIT],
  ["Curious", "curious", UNKNOWN],
  ["", "", UNKNOWN],
])("%j is %j", (text, status, state) => {
  expect(statusOf(text)).toBe(status);
  expect(stateOf(statusOf(text))).toBe(state);
});

test("a name counts once, with what was said last", () => {
  const part = { source: "lsi", kind: "disk", name: "1" } as const;
  expect(
    partsByName([
      { ...part, status: "ok" },
      { ...part, status: "failed" },
    ]),
  ).toEqual([{ ...part, status: "failed" }]);
  expect(partsByName([])).toBeUndefined();
});

test("a fact has a key and a value, and needs a colon", () => {
  expect(factOf("Firmware State   : Online: yes")).toEqual(["firmware state", "Online: yes"]);
  expect(factOf("nothing")).toBeUndefined();
});

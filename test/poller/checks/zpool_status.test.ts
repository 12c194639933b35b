import { expect, test } from "vitest";
import { zpoolStatus } from "../../../poller/checks/zpool_status.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => zpoolStatus.parse(rows(...lines));
const pool = (state: string, errors = "No known data errors") => [
  "  pool: tank",
  ` state: ${state}`,
  "status: One or more devices could not be opened.",
  "config:",
  "NAME STATE READ WRITE CKSUM",
  `tank ${state} 0 0 0`,
  "sdx ONLINE 0 0 0",
  "sdy UNAVAIL 0 0 0 cannot open",
  `errors: ${errors}`,
];

test("pools that are well are OK", () => {
  expect(judged(zpoolStatus, parse("all pools are healthy"))).toMatchObject([
    { service: "zpool status", state: OK, summary: "All pools are healthy" },
  ]);
});

test("a pool that is not tells which parts are missing", () => {
  expect(judged(zpoolStatus, parse(...pool("DEGRADED")))).toMatchObject([
    {
      state: WARN,
      summary: "tank: DEGRADED, sdy UNAVAIL",
      details: "One or more devices could not be opened.",
    },
  ]);
});

test.each([
  [pool("ONLINE"), WARN],
  [pool("FAULTED"), CRIT],
  [pool("UNAVAIL"), CRIT],
  [pool("ONLINE", "5 data errors, use '-v' for a list"), CRIT],
  [[...pool("DEGRADED"), "  pool: pond", " state: SUSPENDED"], CRIT],
])("%j is of state %d", (lines, state) => {
  expect(judged(zpoolStatus, parse(...lines))[0]?.state).toBe(state);
});

test("how many pools are sick, and whether data is lost, is exported", () => {
  expect(sampleLines(samples(zpoolStatus, parse("all pools are healthy")))).toEqual([
    "roundsman_zpools_sick 0",
  ]);
  expect(sampleLines(samples(zpoolStatus, parse(...pool("ONLINE", "3 data errors"))))).toEqual([
    "roundsman_zpools_sick 1",
    'roundsman_zpool_data_errors{zpool="tank"} 1',
  ]);
});

test("a host without pools has no section, other words are refused", () => {
  expect(parse()).toBeUndefined();
  expect(parse("no pools available")).toBeUndefined();
  expect(() => parse("what is this")).toThrow(ParseError);
});

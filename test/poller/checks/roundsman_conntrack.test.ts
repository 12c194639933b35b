import { expect, test } from "vitest";
import { roundsmanConntrack } from "../../../poller/checks/roundsman_conntrack.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => roundsmanConntrack.parse(rows(...lines));
const table = (entries: number) => parse(`nf_conntrack_count ${entries}`, "nf_conntrack_max 1000");

test("entries and their limit are exported as node_exporter names them", () => {
  expect(sampleLines(samples(roundsmanConntrack, table(17)))).toEqual([
    "node_nf_conntrack_entries 17",
    "node_nf_conntrack_entries_limit 1000",
  ]);
});

test.each([
  [749, OK],
  [750, WARN],
  [900, CRIT],
])("%i connections in a table of 1000 are judged by their share", (entries, state) => {
  const [service] = judged(roundsmanConntrack, table(entries));
  expect(service).toMatchObject({ service: "Tracked connections", state });
  expect(perfdata(service)).toEqual({ tracked_connections: entries });
});

test("half of it is refused, and nothing at all is no section", () => {
  expect(() => parse("nf_conntrack_count 3")).toThrow(ParseError);
  expect(() => parse("nf_conntrack_count x", "nf_conntrack_max 5")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

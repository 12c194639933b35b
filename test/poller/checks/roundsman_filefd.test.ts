import { expect, test } from "vitest";
import { roundsmanFilefd } from "../../../poller/checks/roundsman_filefd.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => roundsmanFilefd.parse(rows(...lines));

test("the first and the last number are exported as node_exporter names them", () => {
  expect(sampleLines(samples(roundsmanFilefd, parse("1200 0 5000")))).toEqual([
    "node_filefd_allocated 1200",
    "node_filefd_maximum 5000",
  ]);
});

test.each([
  [3499, OK],
  [3500, WARN],
  [4500, CRIT],
])("%i open files of 5000 are judged by their share", (open, state) => {
  const [service] = judged(roundsmanFilefd, parse(`${open} 0 5000`));
  expect(service).toMatchObject({ service: "Open files", state });
  expect(perfdata(service)).toEqual({ open_files: open });
});

test("a kernel without a limit to speak of is no trouble", () => {
  const [service] = judged(roundsmanFilefd, parse("1200\t0\t9223372036854775807"));
  expect(service).toMatchObject({ state: OK });
  expect(judged(roundsmanFilefd, parse("5 0 0"))[0]).toMatchObject({ state: OK, summary: "5" });
});

test("what is not three numbers is refused, and no line at all is no section", () => {
  expect(() => parse("1200 0")).toThrow(ParseError);
  expect(() => parse("many 0 5000")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

import { expect, test } from "vitest";
import { nullmailerMailq } from "../../../poller/checks/nullmailer_mailq.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => nullmailerMailq.parse(rows(...lines));

test("mails that wait and mails that failed are one service", () => {
  const [result] = judged(nullmailerMailq, parse("12 3 deferred", "4 0 failed"));
  expect(result).toMatchObject({
    service: "Nullmailer Queue",
    state: OK,
    summary: "deferred: 3 mails, failed: 0 mails",
  });
  expect(perfdata(result)).toEqual({
    length: 3,
    size: 12_288,
    failed_length: 0,
    failed_size: 4096,
  });
});

test.each([
  ["4 9 deferred", OK],
  ["4 10 deferred", WARN],
  ["4 20", CRIT],
  ["4 1 failed", CRIT],
])("%s is of state %d", (line, state) => {
  expect(judged(nullmailerMailq, parse(line))[0]?.state).toBe(state);
});

test("mails and their size are exported", () => {
  expect(sampleLines(samples(nullmailerMailq, parse("4 1 failed")))).toEqual([
    'roundsman_nullmailer_queue_mails{queue="failed"} 1',
    'roundsman_nullmailer_queue_size_bytes{queue="failed"} 4096',
  ]);
});

test("no line is no section, what is no count is refused", () => {
  expect(parse()).toBeUndefined();
  expect(() => parse("many mails")).toThrow(ParseError);
});

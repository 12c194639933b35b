import { expect, test } from "vitest";
import { qmailStats } from "../../../poller/checks/qmail_stats.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const queue = (length: number) =>
  qmailStats.parse(
    rows(`messages in queue: ${length}`, "messages in queue but not yet preprocessed: 2"),
  );

test("the queue's length is exported", () => {
  expect(sampleLines(samples(qmailStats, queue(7)))).toEqual([
    "roundsman_qmail_queue_length 7",
    "roundsman_qmail_queue_unprocessed 2",
  ]);
});

test.each([
  [9, OK],
  [10, WARN],
  [20, CRIT],
])("%i mails are judged so", (length, state) => {
  const [service] = judged(qmailStats, queue(length));
  expect(service).toMatchObject({ service: "Qmail Queue", state });
  expect(service?.details).toBe("not yet processed: 2");
  expect(perfdata(service)).toEqual({ queue: length });
});

test("without a length nothing is known", () => {
  expect(() => qmailStats.parse(rows("qmail-qstat: permission denied"))).toThrow(ParseError);
  expect(qmailStats.parse(rows("messages in queue: 3"))).toEqual({ length: 3 });
});

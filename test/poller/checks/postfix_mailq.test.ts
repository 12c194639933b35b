import { expect, test } from "vitest";
import { postfixMailq } from "../../../poller/checks/postfix_mailq.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => postfixMailq.parse(rows(...lines));

test("each instance is a service with both its queues", () => {
  const results = judged(
    postfixMailq,
    parse(
      "[[[default]]]",
      "QUEUE_deferred 24 9",
      "QUEUE_active 4 1",
      "[[[second one]]]",
      "QUEUE_deferred 4 0",
    ),
  );
  expect(results).toMatchObject([
    {
      service: "Postfix Queue default",
      item: "default",
      state: OK,
      summary: "deferred: 9 mails, active: 1 mail",
    },
    { service: "Postfix Queue second one", item: "second one" },
  ]);
  expect(perfdata(results[0])).toEqual({
    length: 9,
    size: 24_576,
    mail_queue_active_length: 1,
    mail_queue_active_size: 4096,
  });
});

test.each([
  ["QUEUE_deferred 4 10", WARN],
  ["QUEUE_deferred 4 20", CRIT],
  ["QUEUE_active 4 199", OK],
  ["QUEUE_active 4 200", WARN],
  ["QUEUE_active 4 300", CRIT],
  ["Mail queue is empty", OK],
  ["-- 12 Kbytes in 20 Requests.", CRIT],
  ["-- 1 Kbytes in 1 Request.", OK],
])("%s is of state %d", (line, state) => {
  const [result] = judged(postfixMailq, parse(line));
  expect(result).toMatchObject({ service: "Postfix Queue", state });
  expect(result).not.toHaveProperty("item");
});

test("mails and their size are exported", () => {
  expect(sampleLines(samples(postfixMailq, parse("[[[a]]]", "QUEUE_active 4 1")))).toEqual([
    'roundsman_postfix_queue_mails{postfix="a",queue="active"} 1',
    'roundsman_postfix_queue_size_bytes{postfix="a",queue="active"} 4096',
  ]);
});

test("without a queue there is no section", () => {
  expect(parse("[[[default]]]", "QUEUE_odd 1 2")).toBeUndefined();
});

import { expect, test } from "vitest";
import { postfixMailqStatus } from "../../../poller/checks/postfix_mailq_status.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  postfixMailqStatus.parse(
    sectionRows(["<<<postfix_mailq_status:sep(58)>>>", ...lines, ""].join("\n")),
  );
const data = parse(
  "default:the Postfix mail system is running:PID:12",
  "second:the Postfix mail system is not running",
  "third:PID file exists but instance is not running!",
);

test("an instance that runs is OK, any other CRIT", () => {
  expect(judged(postfixMailqStatus, data)).toMatchObject([
    {
      service: "Postfix status default",
      item: "default",
      state: OK,
      summary: "Status: the Postfix mail system is running, PID: 12",
    },
    { service: "Postfix status second", state: CRIT },
    { service: "Postfix status third", state: CRIT },
  ]);
});

test("whether it runs is exported", () => {
  expect(sampleLines(samples(postfixMailqStatus, data))).toEqual([
    'roundsman_postfix_up{postfix="default"} 1',
    'roundsman_postfix_up{postfix="second"} 0',
    'roundsman_postfix_up{postfix="third"} 0',
  ]);
});

test("no line is no section, a line without a state is refused", () => {
  expect(parse()).toBeUndefined();
  expect(() => parse("default")).toThrow(ParseError);
});

import { expect, test } from "vitest";
import { logwatch } from "../../../poller/checks/logwatch.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => logwatch.parse(rows(...lines));
const LOG = "[[[/var/log/our app.log]]]";
const BATCH = [LOG, "BATCH: 200-b", "W it creaks", ". around it"];
const OLDER = [LOG, "BATCH: 100-a", "C it broke"];

test("the state is that of the worst line, which is told", () => {
  expect(judged(logwatch, parse(LOG, "C it broke", "W it creaks", "O fine"))).toMatchObject([
    {
      service: "Log /var/log/our app.log",
      item: "/var/log/our app.log",
      state: CRIT,
      summary: "1 CRIT, 1 WARN messages, last: it broke",
      details: "C it broke\nW it creaks\nO fine",
    },
  ]);
  expect(judged(logwatch, parse(LOG, "W it creaks"))[0]?.state).toBe(WARN);
  expect(judged(logwatch, parse(LOG, "O fine"))[0]?.state).toBe(OK);
});

test("a log without new lines is OK", () => {
  expect(judged(logwatch, parse(LOG))).toMatchObject([{ state: OK, summary: "no new messages" }]);
});

test("batches are in the order of time", () => {
  const [result] = judged(logwatch, parse(...BATCH, ...OLDER));
  expect(result).toMatchObject({ state: CRIT, details: "C it broke\nW it creaks\n. around it" });
});

test("a batch that was told before is not told again, unless nobody can know", () => {
  const previous = { data: parse(...OLDER)!, at: 1 };
  expect(judged(logwatch, parse(...BATCH, ...OLDER), { previous })[0]?.state).toBe(WARN);
  const nameless = parse(LOG, "C it broke");
  expect(judged(logwatch, nameless, { previous: { data: nameless!, at: 1 } })[0]?.state).toBe(CRIT);
});

test("a log that cannot be opened is CRIT, one that went warns, one that never was is silent", () => {
  const gone = parse("[[[/var/log/our app.log:missing]]]");
  expect(judged(logwatch, parse("[[[/a:cannotopen]]]"))[0]).toMatchObject({
    service: "Log /a",
    state: CRIT,
  });
  expect(judged(logwatch, gone)).toEqual([]);
  const previous = { data: parse(LOG)!, at: 1 };
  expect(judged(logwatch, gone, { previous })[0]?.state).toBe(WARN);
});

test("of very many lines only the first are kept; all are counted", () => {
  const data = parse(LOG, ...Array.from({ length: 500 }, () => `W ${"x".repeat(9999)}`), "C last");
  const [result] = judged(logwatch, data);
  expect(result).toMatchObject({ state: CRIT });
  expect(result?.summary).toContain("1 CRIT, 500 WARN");
  expect(result?.details?.length).toBeLessThan(50 * 502);
});

test("lines are exported by level", () => {
  expect(sampleLines(samples(logwatch, parse(...BATCH, ...OLDER)))).toEqual([
    'roundsman_logwatch_readable{file="/var/log/our app.log"} 1',
    'roundsman_logwatch_lines{file="/var/log/our app.log",level="crit"} 1',
    'roundsman_logwatch_lines{file="/var/log/our app.log",level="warn"} 1',
    'roundsman_logwatch_lines{file="/var/log/our app.log",level="ok"} 0',
    'roundsman_logwatch_lines{file="/var/log/our app.log",level="ignored"} 1',
  ]);
});

test("event logs of Windows are read like others", () => {
  const data = parse(
    "[[[Application]]]",
    "[[[System]]]",
    "C Mar 08 07:10:11 0.7031 Service_Control_Manager The shop service ended by itself",
    "W Mar 08 07:10:12 16384.4 Backup a: late",
    "[[[Microsoft-Windows-GroupPolicy/Operational]]]",
    ". Mar 08 07:10:13 0.1 x",
    "[[[Old:missing]]]",
  );
  expect(judged(logwatch, data)).toMatchObject([
    { service: "Log Application", state: OK },
    {
      service: "Log System",
      state: CRIT,
      summary:
        "1 CRIT, 1 WARN messages, last: Mar 08 07:10:11 0.7031 Service_Control_Manager The shop service ended by itself",
    },
    { service: "Log Microsoft-Windows-GroupPolicy/Operational", state: OK },
  ]);
});

test("lines that belong to no log are no section", () => {
  expect(parse("C it broke")).toBeUndefined();
});

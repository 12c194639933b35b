import { expect, test } from "vitest";
import { timesyncdNtpmessage } from "../../../poller/checks/timesyncd_ntpmessage.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  timesyncdNtpmessage.parse(
    sectionRows(["<<<timesyncd_ntpmessage:sep(10)>>>", ...lines, ""].join("\n")),
  );
const message = (zone = "Europe/Berlin") =>
  parse(
    "NTPMessage={ Leap=0, Stratum=2, ReceiveTimestamp=Thu 2026-01-01 10:00:00 CET, DestinationTimestamp=Thu 2026-01-01 10:00:01 CET, Ignored=no }",
    `Timezone=${zone}`,
  );
const RECEIVED = Date.UTC(2026, 0, 1, 9, 0, 1) / 1000;

test.each([
  [3599, OK],
  [3600, WARN],
  [7200, CRIT],
])("an answer of %d s ago is of state %d", (age, state) => {
  const [result] = judged(timesyncdNtpmessage, message(), { at: RECEIVED + age });
  expect(result).toMatchObject({ service: "Systemd Timesyncd Message", state });
  expect(perfdata(result)).toEqual({ last_sync_receive_time: age });
});

test("when it came is exported", () => {
  expect(sampleLines(samples(timesyncdNtpmessage, message()))).toEqual([
    `roundsman_ntp_received_timestamp_seconds ${RECEIVED}`,
  ]);
});

test("a zone that nobody knows leaves the time unknown, and warns", () => {
  expect(judged(timesyncdNtpmessage, message("Moon/Crater"))[0]?.state).toBe(WARN);
  expect(samples(timesyncdNtpmessage, message("Moon/Crater"))).toEqual([]);
});

test("before the first answer there is nothing to judge", () => {
  expect(parse("Timezone=UTC")).toBeUndefined();
});

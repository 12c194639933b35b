import { expect, test } from "vitest";
import { cupsQueues } from "../../../poller/checks/cups_queues.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => cupsQueues.parse(rows(...lines));
const IDLE = "printer Laser1 is idle.  enabled since Tue Nov 14 08:00:00 2023";
const job = (id: number, date = "Tue Nov 14 22:10:00 2023") => `Laser1-${id} anna 1024 ${date}`;
/** 22:13:20 UTC. */
const AT = 1_700_000_000;
const first = (...lines: string[]) => judged(cupsQueues, parse(...lines), { at: AT })[0];

test("printers and their jobs are exported", () => {
  const data = parse(
    IDLE,
    "printer Laser2 disabled since Tue Nov 14 - reason",
    "---",
    job(7),
    job(8),
  );
  expect(sampleLines(samples(cupsQueues, data))).toEqual([
    'roundsman_cups_queue_enabled{queue="Laser1"} 1',
    'roundsman_cups_queue_jobs{queue="Laser1"} 2',
    'roundsman_cups_queue_size_bytes{queue="Laser1"} 2048',
    'roundsman_cups_queue_enabled{queue="Laser2"} 0',
    'roundsman_cups_queue_jobs{queue="Laser2"} 0',
    'roundsman_cups_queue_size_bytes{queue="Laser2"} 0',
  ]);
});

test.each([
  [IDLE, OK, "idle, Jobs: 0"],
  [
    "printer Laser1 now printing Laser1-7.  enabled since x",
    OK,
    "now printing Laser1-7.  enabled since x, Jobs: 0",
  ],
  ["printer Laser1 is stopped. x", CRIT, "is stopped. x, Jobs: 0"],
  ["printer Laser1 waits", UNKNOWN, "waits, Jobs: 0"],
])("%s is a state", (line, state, summary) => {
  expect(first(line, "---")).toMatchObject({
    service: "CUPS Queue Laser1",
    item: "Laser1",
    state,
    summary,
  });
});

test("why a printer is disabled stands below it", () => {
  expect(
    first("printer Laser1 disabled since Tue Nov 14 -", "\tOut of paper", "---"),
  ).toMatchObject({
    state: CRIT,
    summary: "disabled since Tue Nov 14: Out of paper, Jobs: 0",
  });
});

test.each([
  [4, OK],
  [5, WARN],
  [10, CRIT],
])("%i jobs are judged so", (count, state) => {
  const jobs = Array.from({ length: count }, (_, id) => job(id));
  expect(first(IDLE, "---", ...jobs)?.state).toBe(state);
});

test.each([
  ["Tue Nov 14 22:10:00 2023", 200],
  ["Tue 14 Nov 2023 10:10:00 PM UTC", 200],
  ["Tue 14 Nov 2023 22:06:40 UTC", 400],
  ["Tue Nov  7 22:13:20 2023", 7 * 86_400],
])("a job of %s has waited for %i s", (date, seconds) => {
  expect(perfdata(first(IDLE, "---", job(1), job(2, date)))).toEqual({ jobs: 2, job_age: seconds });
});

test("the oldest job is judged, by the clock of the host's time zone", () => {
  const data = parse(IDLE, "---", job(1, "Tue Nov 14 23:03:20 2023"));
  const [service] = judged(cupsQueues, data, { at: AT, params: { zone: "Europe/Berlin" } });
  expect(service).toMatchObject({
    state: WARN,
    summary: expect.stringContaining("10 minutes") as string,
  });
});

test("a time that cannot be, or be read, is none", () => {
  expect(perfdata(first(IDLE, "---", job(1, "Wed Nov 15 09:00:00 2023")))).toEqual({ jobs: 1 });
  expect(perfdata(first(IDLE, "---", job(1, "mar. 14 nov. 2023 22:10:00 CET")))).toEqual({
    jobs: 1,
  });
});

test("a name may have dashes; jobs of a printer that nobody named are passed over", () => {
  const data = parse("printer hp-4 is idle.", "---", "hp-4-12 a 1 x", "other-3 a 1 x", "no job");
  expect(data?.get("hp-4")?.jobs).toEqual([{ size: 1 }]);
  expect(parse("---")).toBeUndefined();
});

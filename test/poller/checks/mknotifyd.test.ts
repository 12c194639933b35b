import { expect, test } from "vitest";
import { mknotifyd } from "../../../poller/checks/mknotifyd.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const AT = 1_700_000_000;
const parse = (...lines: string[]) =>
  mknotifyd.parse(sectionRows(["<<<mknotifyd:sep(0)>>>", ...lines, ""].join("\n")));
const results = (...lines: string[]) => judged(mknotifyd, parse(...lines), { at: AT });
const updated = (secondsAgo: number) => [
  String(AT),
  "[north]",
  "Version:         9.1.0",
  `Updated:         ${AT - secondsAgo} (2023-11-14 22:13:10)`,
  "Listening FD:    None",
];
const spool = (name: string, count: number, oldest = "-") => [
  `Spool:           ${name}`,
  `Count:           ${count}`,
  `Oldest:          ${oldest}`,
  `Youngest:        ${oldest}`,
];
const connection = (state: string, type = "incoming", address = "192.0.2.7:49850") => [
  `Connection:               ${address}`,
  `Type:                     ${type}`,
  `State:                    ${state}`,
  `Since:                    ${AT - 7200} (2023-11-14 20:13:20, 7200 sec ago)`,
  "Notifications Sent:       41",
  "Notifications Received:   7",
];

test("spools and connections are exported; of who calls us the port is left out", () => {
  const data = parse(...updated(10), ...spool("New", 3), ...connection("established"));
  expect(sampleLines(samples(mknotifyd, data))).toEqual([
    `roundsman_notification_spooler_updated_timestamp_seconds{site="north"} ${AT - 10}`,
    'roundsman_notification_spool_files{site="north",spool="new"} 3',
    'roundsman_notification_connection_up{site="north",peer="192.0.2.7"} 1',
    'roundsman_notification_connection_sent_total{site="north",peer="192.0.2.7"} 41',
    'roundsman_notification_connection_received_total{site="north",peer="192.0.2.7"} 7',
  ]);
  expect(mknotifyd.time?.(data!)).toBe(AT);
});

test("a spooler with empty spools runs", () => {
  const [service] = results(...updated(10), ...spool("New", 0), ...spool("Deferred", 0));
  expect(service).toMatchObject({
    service: "OMD north Notification Spooler",
    item: "north",
    state: OK,
    summary: "running",
  });
  expect(perfdata(service)).toEqual({ last_updated: 10, new_files: 0 });
});

test("one that no longer writes is critical, and so is one without a state", () => {
  expect(results(...updated(90))[0]).toMatchObject({
    state: CRIT,
    summary: expect.stringContaining("has not written for 1 minute 30 seconds") as string,
  });
  expect(results(String(AT), "[north]")[0]).toMatchObject({
    state: CRIT,
    summary: "its state is empty or damaged: the spooler does not work",
  });
});

test.each([
  [3, OK],
  [60, WARN],
  [700, CRIT],
])("a notification that was put off for %i s is judged so", (seconds, state) => {
  const oldest = `${AT - seconds} (2023-11-14 22:08:20)`;
  const [service] = results(...updated(1), ...spool("Deferred", 2, oldest));
  expect(service?.state).toBe(state);
  expect(perfdata(service)).toMatchObject({ deferred_files: 2, deferred_age: seconds });
});

test("a corrupted one is trouble", () => {
  const [service] = results(...updated(1), ...spool("Corrupted", 1, `${AT - 5}`));
  expect(service).toMatchObject({ state: WARN, summary: "running, 1 corrupted file" });
});

test.each([
  ["established", OK, "alive for 2 hours"],
  ["initial", WARN, "only begun"],
  ["connecting", CRIT, "tries to connect"],
  ["cooldown", CRIT, "failed or ended"],
  ["odd", UNKNOWN, "odd"],
])("a connection that is %s is a service", (state, level, summary) => {
  const [, service] = results(...updated(1), "Site:  south (192.0.2.7)", ...connection(state));
  expect(service).toMatchObject({
    service: "OMD north Notification Spooler connection to south",
    item: "north Notification Spooler connection to south",
    state: level,
    summary,
  });
});

test("the name of a site is that of one connection; others are known by their addresses", () => {
  const data = parse(
    ...updated(1),
    "Site:  south (192.0.2.7)",
    ...connection("established"),
    ...connection("established"),
    ...connection("established"),
    ...connection("established", "outgoing", "mail.example:6555"),
    ...connection("established", "incoming", "::ffff:192.0.2.9:1234"),
  );
  expect(data?.sites.get("north")?.connections.map(({ peer }) => peer)).toEqual([
    "south",
    "192.0.2.7",
    "192.0.2.7/3",
    "mail.example:6555",
    "192.0.2.9",
  ]);
});

test("without a site there is nothing to say", () => {
  expect(parse(String(AT))).toBeUndefined();
  expect(parse()).toBeUndefined();
});

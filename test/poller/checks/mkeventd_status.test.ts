import { expect, test } from "vitest";
import { mkeventdStatus } from "../../../poller/checks/mkeventd_status.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  mkeventdStatus.parse(sectionRows(["<<<mkeventd_status:sep(0)>>>", ...lines, ""].join("\n")));
const STATUS = {
  num_open_events: 4,
  virtual_memory_size: 104857600,
  messages: 100,
  rule_tries: 50,
  rule_hits: 10,
  average_processing_time: 0,
  average_request_time: 0.002,
  event_limit_active_hosts: [] as string[],
  event_limit_active_rules: [] as string[],
  event_limit_active_overall: false,
};
const site = (changes: Partial<typeof STATUS> = {}) => {
  const status = Object.entries({ ...STATUS, ...changes });
  const titles = status.map(([title]) => `status_${title}`);
  return parse('["north"]', JSON.stringify([titles, status.map(([, value]) => value)]));
};

test("what it counts is exported, and nothing of what it does not tell", () => {
  expect(sampleLines(samples(mkeventdStatus, site()))).toEqual([
    'roundsman_event_console_up{site="north"} 1',
    'roundsman_event_console_open_events{site="north"} 4',
    'roundsman_event_console_virtual_memory_bytes{site="north"} 104857600',
    'roundsman_event_console_messages_total{site="north"} 100',
    'roundsman_event_console_rule_hits_total{site="north"} 10',
    'roundsman_event_console_rule_tries_total{site="north"} 50',
    'roundsman_event_console_processing_seconds{site="north"} 0',
    'roundsman_event_console_request_seconds{site="north"} 0.002',
  ]);
});

test("a first report has no rates", () => {
  const [service] = judged(mkeventdStatus, site());
  expect(service).toMatchObject({
    service: "OMD north Event Console",
    item: "north",
    state: OK,
    summary: "Current events: 4, Virtual memory: 100 MiB",
  });
  expect(perfdata(service)).toEqual({
    num_open_events: 4,
    process_virtual_size: 104857600,
    average_request_time: 0.002,
  });
});

test("two reports give rates, and how many tries were hits", () => {
  const previous = { data: site()!, at: 1000 };
  const now = site({ messages: 160, rule_tries: 90, rule_hits: 20 });
  const [service] = judged(mkeventdStatus, now, { at: 1010, previous });
  expect(service?.summary).toMatch(/, Received messages: 6\/s$/);
  expect(perfdata(service)).toMatchObject({
    average_message_rate: 6,
    average_rule_trie_rate: 4,
    average_rule_hit_rate: 1,
    average_rule_hit_ratio: 25,
  });
});

test("a limit that is reached is trouble", () => {
  expect(
    judged(mkeventdStatus, site({ event_limit_active_hosts: ["web1", "web2"] }))[0],
  ).toMatchObject({
    state: WARN,
    summary: expect.stringContaining("is reached for 2 hosts (web1, web2)") as string,
  });
  expect(judged(mkeventdStatus, site({ event_limit_active_overall: true }))[0]?.state).toBe(CRIT);
});

test("one that does not run is told, not judged", () => {
  const data = parse('["south"]');
  expect(judged(mkeventdStatus, data)).toMatchObject([{ state: OK, summary: "does not run" }]);
  expect(sampleLines(samples(mkeventdStatus, data))).toEqual([
    'roundsman_event_console_up{site="south"} 0',
  ]);
});

test("what is said in Python is passed over, half a line of JSON is refused", () => {
  expect(parse('["old"]', "[[u'status_messages'], [7]]")?.get("old")).toBeUndefined();
  expect(parse("nothing", "{}")).toBeUndefined();
  expect(() => parse('["north"]', '[["status_mess')).toThrow(ParseError);
});

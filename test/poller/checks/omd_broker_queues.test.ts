import { expect, test } from "vitest";
import { omdBrokerQueues } from "../../../poller/checks/omd_broker_queues.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  omdBrokerQueues.parse(sectionRows(["<<<omd_broker_queues:sep(0)>>>", ...lines, ""].join("\n")));
const queue = (name: string, messages: number, vhost = "/") => ({
  node: "rabbit-north@localhost",
  vhost,
  name,
  messages,
});
const QUEUES = [
  queue("cmk.app.hub.payload", 3),
  queue("cmk.app.hub.config", 4),
  queue("cmk.intersite.south", 1),
  queue("cmk.intersite.east", 2, "customer"),
  queue("cmk.app.hub.payload", 9, "customer"),
];

test("each queue is exported", () => {
  expect(sampleLines(samples(omdBrokerQueues, parse(JSON.stringify(QUEUES))))[0]).toBe(
    'roundsman_omd_broker_queue_messages{site="north",vhost="/",queue="cmk.app.hub.payload"} 3',
  );
});

test("an application of the site itself is a service, and so are the queues for other sites", () => {
  const results = judged(omdBrokerQueues, parse(JSON.stringify(QUEUES)));
  expect(results).toMatchObject([
    {
      service: "OMD north broker queues",
      state: OK,
      summary: "2 queues for other sites, Queued messages: 3",
    },
    {
      service: "OMD north hub",
      item: "north hub",
      summary: "Queued messages: 7",
      details: "payload: 3\nconfig: 4",
    },
  ]);
  expect(results.map(perfdata)).toEqual([{ omd_broker_messages: 3 }, { messages: 7 }]);
});

test("many that wait are too many where levels say so", () => {
  const params = { messages: { warn: 5, crit: 50 } };
  const results = judged(omdBrokerQueues, parse(JSON.stringify(QUEUES)), { params });
  expect(results.map(({ state }) => state)).toEqual([OK, WARN]);
});

test("older servers say site and virtual host before the list", () => {
  const data = parse(
    'north / [{"name":"cmk.app.hub.payload","messages":0}]',
    'north customer [{"name":"cmk.intersite.east","messages":5}]',
    'south [{"name":"cmk.app.hub.payload","messages":1}]',
  );
  expect(data).toMatchObject([
    { site: "north", vhost: "/" },
    { site: "north", vhost: "customer", messages: 5 },
    { site: "south", vhost: "/", messages: 1 },
  ]);
});

test("a broker that refuses, or has no queue, says nothing; a broken line is refused", () => {
  expect(parse('{"error":"not_authorized","reason":"Not_Authorized"}')).toBeUndefined();
  expect(parse("[]", "stable", "{}", '[{"node":"x","name":"q","messages":1}]')).toBeUndefined();
  expect(() => parse('north / [{"name":')).toThrow(ParseError);
});

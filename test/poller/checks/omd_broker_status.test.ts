import { expect, test } from "vitest";
import { omdBrokerStatus } from "../../../poller/checks/omd_broker_status.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  omdBrokerStatus.parse(sectionRows(["<<<omd_broker_status:sep(0)>>>", ...lines, ""].join("\n")));

test.each([
  ["a list of nodes", '[{"name":"rabbit-north@localhost","mem_used":104857600}]'],
  ["the site, then a status", 'north {"memory":{"total":{"rss":104857600,"erlang":7}}}'],
])("%s tells the memory of a broker", (_, line) => {
  expect(sampleLines(samples(omdBrokerStatus, parse(line)))).toEqual([
    'roundsman_omd_broker_memory_bytes{site="north"} 104857600',
  ]);
  const [service] = judged(omdBrokerStatus, parse(line));
  expect(service).toMatchObject({
    service: "OMD north message broker",
    item: "north",
    state: OK,
    summary: "running, Memory: 100 MiB",
  });
  expect(perfdata(service)).toEqual({ mem_used: 104857600 });
  const params = { memory: { warn: 1e8, crit: 2e8 } };
  expect(judged(omdBrokerStatus, parse(line), { params })[0]?.state).toBe(WARN);
});

test("a broker that does not tell its memory still runs; one that refuses says nothing", () => {
  expect(judged(omdBrokerStatus, parse("north {}"))[0]?.summary).toBe("running");
  expect(parse('{"error":"not_authorized"}', "stable")).toBeUndefined();
});

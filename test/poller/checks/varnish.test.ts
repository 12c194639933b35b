import { expect, test } from "vitest";
import { varnish } from "../../../poller/checks/varnish.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const statistics = (changes: Record<string, number> = {}, prefix = "MAIN.") =>
  varnish.parse(
    rows(
      ...Object.entries({
        uptime: 7200,
        client_req: 1000,
        cache_hit: 900,
        cache_miss: 100,
        backend_conn: 100,
        backend_fail: 0,
        n_object: 40,
        ...changes,
      }).map(([name, value]) => `${prefix}${name} ${value} 0.10 What it is`),
    ),
  );

test("counters are exported, by the same names of old versions and new ones", () => {
  const lines = sampleLines(samples(varnish, statistics({ threads: 200, sess_conn: 50 })));
  expect(lines).toEqual(
    expect.arrayContaining([
      "roundsman_varnish_uptime_seconds 7200",
      "roundsman_varnish_client_req_total 1000",
      "roundsman_varnish_client_conn_total 50",
      "roundsman_varnish_objects 40",
      "roundsman_varnish_threads 200",
    ]),
  );
  expect(
    sampleLines(samples(varnish, statistics({ n_wrk: 200, client_conn: 50 }, ""))).sort(),
  ).toEqual(lines.sort());
});

test("how often the cache helped is told", () => {
  const [service] = judged(varnish, statistics());
  expect(service).toMatchObject({
    service: "Varnish",
    state: OK,
    summary: "Up for 2 hours, Cache hits: 90%, Backend success: 100%",
  });
  expect(perfdata(service)).toEqual({ cache_hit_ratio: 90, varnish_backend_success_ratio: 100 });
});

test.each([
  [{ cache_miss: 450 }, WARN],
  [{ cache_miss: 900 }, CRIT],
  [{ backend_fail: 50 }, WARN],
  [{ cache_hit: 0, cache_miss: 0 }, OK],
])("%j is judged so", (changes, state) => {
  expect(judged(varnish, statistics(changes as Record<string, number>))[0]?.state).toBe(state);
});

test("two reports give rates", () => {
  const previous = { data: statistics()!, at: 100 };
  const [service] = judged(varnish, statistics({ client_req: 1060 }), { at: 110, previous });
  expect(service?.summary).toMatch(/Requests: 6\/s$/);
  expect(perfdata(service)).toMatchObject({
    varnish_client_req_rate: 6,
    varnish_cache_hit_rate: 0,
  });
});

test("lines without a number are no statistics", () => {
  expect(varnish.parse(rows("Could not get hold of varnishd, is it running?"))).toBeUndefined();
});

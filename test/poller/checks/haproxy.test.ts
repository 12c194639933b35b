import { expect, test } from "vitest";
import { haproxy } from "../../../poller/checks/haproxy.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  haproxy.parse(sectionRows(["<<<haproxy:sep(44)>>>", ...lines, ""].join("\n")));
const TITLES = "# pxname,svname,scur,stot,bin,bout,status,lastchg,";
const table = (stot: number, status = "UP") =>
  parse(
    TITLES,
    `shop,FRONTEND,3,${stot},1000,2000,OPEN,,`,
    `shop,app1,2,${stot},1000,2000,${status},3600,`,
    `shop,BACKEND,2,${stot},1000,2000,UP,3600,`,
  );

test("frontends, backends and servers have families of their own, for one holds the other", () => {
  const lines = sampleLines(samples(haproxy, table(50)));
  expect(lines).toHaveLength(15);
  expect(lines).toEqual(
    expect.arrayContaining([
      'roundsman_haproxy_frontend_up{proxy="shop"} 1',
      'roundsman_haproxy_frontend_sessions{proxy="shop"} 3',
      'roundsman_haproxy_frontend_sessions_total{proxy="shop"} 50',
      'roundsman_haproxy_backend_received_bytes_total{proxy="shop"} 1000',
      'roundsman_haproxy_server_sent_bytes_total{proxy="shop",server="app1"} 2000',
    ]),
  );
});

test("each is a service", () => {
  expect(judged(haproxy, table(50))).toMatchObject([
    { service: "HAProxy Frontend shop", item: "shop", state: OK, summary: "OPEN, Sessions: 3" },
    {
      service: "HAProxy Server shop/app1",
      item: "shop/app1",
      summary: "UP for 1 hour, Sessions: 2",
    },
    { service: "HAProxy Backend shop", item: "shop", state: OK },
  ]);
});

test.each([
  ["UP", OK],
  ["no check", OK],
  ["UP 1/3", WARN],
  ["MAINT", WARN],
  ["DRAIN", WARN],
  ["DOWN", CRIT],
  ["DOWN 1/2", CRIT],
])("a server that is %s is judged so", (status, state) => {
  expect(judged(haproxy, table(50, status))[1]?.state).toBe(state);
});

test("two reports give rates", () => {
  const previous = { data: table(50)!, at: 100 };
  const [service] = judged(haproxy, table(80), { at: 110, previous });
  expect(perfdata(service)).toEqual({ sessions: 3, session_rate: 3, in: 0, out: 0 });
});

test("without titles the columns are those that have always been", () => {
  const data = parse(
    "web,FRONTEND,,,7,9,2000,40,10,20,0,0,0,,,,,OPEN,,,,,,,",
    "web,a,0,0,1,1,,40,10,20,,0,,0,0,0,0,DOWN,1,1,0,0,1,60,",
  );
  expect(data).toMatchObject([
    { kind: "frontend", sessions: 7, sessionsTotal: 40, status: "OPEN" },
    { kind: "server", server: "a", status: "DOWN", since: 60 },
  ]);
});

test("of two sockets that tell of the same, the first is heard; a row without status is none", () => {
  const rows = [TITLES, "shop,app1,2,5,1,2,UP,1,", TITLES, "shop,app1,9,5,1,2,DOWN,1,"];
  expect(parse(...rows)).toMatchObject([{ sessions: 2 }]);
  expect(parse(TITLES, "shop,app1,2,5,1,2,,1,")).toBeUndefined();
});

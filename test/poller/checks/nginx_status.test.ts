import { expect, test } from "vitest";
import { nginxStatus } from "../../../poller/checks/nginx_status.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => nginxStatus.parse(rows(...lines));
const page = (requests: number, port = 80) =>
  parse(
    `192.0.2.4 ${port} Active connections: 10`,
    `192.0.2.4 ${port} server accepts handled requests`,
    `192.0.2.4 ${port} ${requests / 2} ${requests / 2} ${requests}`,
    `192.0.2.4 ${port} Reading: 1 Writing: 2 Waiting: 7`,
  );

test("the page's numbers are exported", () => {
  const labels = '{address="192.0.2.4",port="80"}';
  expect(sampleLines(samples(nginxStatus, page(400)))).toEqual([
    `roundsman_nginx_connections_active${labels} 10`,
    `roundsman_nginx_connections_reading${labels} 1`,
    `roundsman_nginx_connections_writing${labels} 2`,
    `roundsman_nginx_connections_waiting${labels} 7`,
    `roundsman_nginx_connections_accepted_total${labels} 200`,
    `roundsman_nginx_connections_handled_total${labels} 200`,
    `roundsman_nginx_http_requests_total${labels} 400`,
  ]);
});

test("two reports give rates", () => {
  const previous = { data: page(400)!, at: 100 };
  const [service] = judged(nginxStatus, page(460), { at: 110, previous });
  expect(service).toMatchObject({
    service: "Nginx 192.0.2.4:80 Status",
    item: "192.0.2.4:80",
    state: OK,
    summary: "Active: 10, Requests: 6/s, Requests per connection: 2",
  });
  expect(perfdata(service)).toMatchObject({ requests_per_sec: 6, accepted_per_sec: 3, waiting: 7 });
});

test("a server that was started anew has no rates", () => {
  const previous = { data: page(400)!, at: 100 };
  const [service] = judged(nginxStatus, page(4), { at: 110, previous });
  expect(perfdata(service)).not.toHaveProperty("requests_per_sec");
});

test("too many connections are too many where levels say so", () => {
  const params = { active: { warn: 10, crit: 20 } };
  expect(judged(nginxStatus, page(4), { params })[0]?.state).toBe(WARN);
});

test("each port is a server of its own; lines of other kinds are passed over", () => {
  expect(judged(nginxStatus, new Map([...page(4)!, ...page(4, 81)!]))).toHaveLength(2);
  expect(parse("192.0.2.4 80 server accepts handled requests", "x")).toBeUndefined();
});

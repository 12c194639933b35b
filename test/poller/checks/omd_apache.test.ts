import { expect, test } from "vitest";
import { omdApache } from "../../../poller/checks/omd_apache.ts";
import { OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  omdApache.parse(sectionRows(["<<<omd_apache:sep(124)>>>", ...lines, ""].join("\n")));
const NORTH = [
  "[north]",
  "/north/check_mk/view.py?host=a|200|5000|100000",
  "/north/check_mk/view.py|200|7000|300000",
  "/north/check_mk/themes/x/logo.svg|304|0|2000",
];

test("what was asked is exported by kind of page, of every kind", () => {
  const lines = sampleLines(samples(omdApache, parse(...NORTH)));
  expect(lines).toEqual(
    expect.arrayContaining([
      'roundsman_omd_apache_requests{site="north",kind="cmk_views"} 2',
      'roundsman_omd_apache_sent_bytes{site="north",kind="cmk_views"} 12000',
      'roundsman_omd_apache_busy_seconds{site="north",kind="cmk_views"} 0.4',
      'roundsman_omd_apache_requests{site="north",kind="images"} 1',
      'roundsman_omd_apache_requests{site="north",kind="other"} 0',
    ]),
  );
  const idle = sampleLines(samples(omdApache, parse("[north]")));
  expect(idle).toHaveLength(lines.length);
});

test.each([
  ["/north/check_mk/", "cmk_index"],
  ["/north/check_mk/index.py?start_url=x.css", "cmk_index"],
  ["/north/check_mk/api/1.0/objects/host_config/a", "cmk_api"],
  ["/north/check_mk/dashboard.py", "cmk_dashboards"],
  ["/north/check_mk/sidebar_snapin.py?names=a", "cmk_snapins"],
  ["/north/check_mk/wato.py?mode=main", "cmk_wato"],
  ["/north/check_mk/host_service_graph_popup.py", "cmk_graphs"],
  ["/north/check_mk/ajax_popup_action_menu.py", "cmk_ajax"],
  ["/north/check_mk/run_cron.py", "cmk_other"],
  ["/north/check_mk/js/main.js", "scripts"],
  ["/north/check_mk/themes/a/theme.css", "styles"],
  ["/north/nagvis/server/core/ajax_handler.php?a=b", "nagvis_ajax"],
  ["/north/nagvis/frontend/index.php", "nagvis_other"],
  ["/south/check_mk/view.py", "other"],
  ["/a|b|c.png", "images"],
])("%s is a page of the kind %s", (path, kind) => {
  const data = parse("[north]", `${path}|200|10|20`);
  expect([...(data?.get("north")?.kinds.keys() ?? [])]).toEqual([kind]);
});

test("of a first report the requests are told, of a later one rates", () => {
  const data = parse(...NORTH);
  const [first] = judged(omdApache, data);
  expect(first).toMatchObject({
    service: "OMD north apache",
    item: "north",
    state: OK,
    summary: "3 requests, 134 ms each",
    perfdata: [],
  });
  const previous = { data: parse("[north]")!, at: 1000 };
  const [later] = judged(omdApache, data, { at: 1010, previous });
  expect(later?.summary).toBe("0.3 requests/s, 1.17 KiB/s, 134 ms each");
  expect(perfdata(later)).toMatchObject({
    requests_cmk_views: 0.2,
    bytes_cmk_views: 1200,
    secs_cmk_views: 0.04,
    requests_images: 0.1,
    requests_cmk_wato: 0,
  });
});

test("a line that is no request is passed over", () => {
  const data = parse("[north]", "/a|200|x|1", "/a|200|1", "nonsense");
  expect(judged(omdApache, data)[0]?.summary).toBe("0 requests");
  expect(parse("/a|200|1|1")).toBeUndefined();
});

import { expect, test } from "vitest";
import { fileinfo } from "../../../poller/checks/fileinfo.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { readParams } from "../../../poller/config/params.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const NOW = 1_700_000_000;
const parse = (...lines: string[]) =>
  fileinfo.parse(sectionRows(["<<<fileinfo:sep(124)>>>", ...lines, ""].join("\n")));
const files = (...lines: string[]) =>
  parse(String(NOW), "[[[header]]]", "name|status|size|time", "[[[content]]]", ...lines);
const LOG = `/var/log/our app.log|ok|2048|${NOW - 60}`;

test("a file that is there tells size and age", () => {
  const [result] = judged(fileinfo, files(LOG));
  expect(result).toMatchObject({
    service: "File /var/log/our app.log",
    item: "/var/log/our app.log",
    state: OK,
    summary: "Size: 2 KiB, Age: 1 minute",
  });
  expect(perfdata(result)).toEqual({ size: 2048, age: 60 });
});

test("a file that is not there, or cannot be looked at, is unknown", () => {
  const results = judged(fileinfo, files("/gone|missing", "/far|stat failed: too long"));
  expect(results).toMatchObject([
    { service: "File /gone", state: UNKNOWN, summary: "File not found" },
    { service: "File /far", state: UNKNOWN, summary: "File stat failed: too long" },
  ]);
});

test.each([
  [{ largest: { warn: 2048, crit: 9999 } }, WARN],
  [{ smallest: { warn: 9999, crit: 2049 } }, CRIT],
  [{ oldest: { warn: 30, crit: 60 } }, CRIT],
  [{ newest: { warn: 61, crit: 1 } }, WARN],
])("with %j the state is %d", (params, state) => {
  expect(judged(fileinfo, files(LOG), { params })[0]?.state).toBe(state);
});

test("files of a group are one service", () => {
  const data = files(`/a/1|ok|10|${NOW - 5}`, `/a/2|ok|30|${NOW - 9}`, "/a/3|missing", LOG);
  const params = { groups: [{ name: "all of a", include: ["/a/*"], exclude: [] }] };
  const [group, other] = judged(fileinfo, data, { params });
  expect(group).toMatchObject({ service: "File group all of a", item: "all of a", state: OK });
  expect(group?.summary).toContain("2 files, 1 missing");
  expect(perfdata(group)).toEqual({
    count: 2,
    size: 40,
    size_smallest: 10,
    size_largest: 30,
    age_newest: 5,
    age_oldest: 9,
  });
  expect(other?.service).toBe("File /var/log/our app.log");
});

test("the older form, without titles, is read too", () => {
  expect(parse(String(NOW), `/a|10|${NOW - 5}`, `/b|missing|${NOW}`)?.files).toEqual([
    { path: "/a", status: "ok", size: 10, mtime: NOW - 5 },
    { path: "/b", status: "missing" },
  ]);
});

test("what is known of files is exported", () => {
  expect(
    sampleLines(samples(fileinfo, files("/a|ok|10|5", "/b|missing", "/c|stat failed"))),
  ).toEqual([
    'roundsman_file_exists{path="/a"} 1',
    'roundsman_file_size_bytes{path="/a"} 10',
    'roundsman_file_mtime_timestamp_seconds{path="/a"} 5',
    'roundsman_file_exists{path="/b"} 0',
  ]);
});

test("the section tells its time; without one it is refused", () => {
  const data = parse(String(NOW));
  expect(data && fileinfo.time?.(data)).toBe(NOW);
  expect(data && judged(fileinfo, data)).toEqual([]);
  expect(() => parse("/a|10|5")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

test("files of Windows are read in the old form and in the new one, and none is no service", () => {
  const path = "C:\\Program Files\\shop\\shop.log";
  const old = parse(String(NOW), `${path}|2048|${NOW - 60}`, `D:\\gone.log|missing|${NOW}`);
  const told = files(`${path}|ok|2048|${NOW - 60}`, `D:\\gone.log|missing|||`);
  expect(judged(fileinfo, old)).toEqual(judged(fileinfo, told));
  expect(judged(fileinfo, old)).toMatchObject([
    { service: `File ${path}`, summary: "Size: 2 KiB, Age: 1 minute" },
    { service: "File D:\\gone.log", state: UNKNOWN, summary: "File not found" },
  ]);
  expect(judged(fileinfo, parse(String(NOW)))).toEqual([]);
});

test("groups can be written into a config", () => {
  const groups = [{ name: "logs", include: ["/var/log/*"] }];
  const { params, findings } = readParams(fileinfo, { groups });
  expect(findings).toEqual([]);
  const data = files(LOG);
  expect(judged(fileinfo, data, { params })).toMatchObject([{ service: "File group logs" }]);
});

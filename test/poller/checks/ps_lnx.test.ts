import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { psLnx } from "../../../poller/checks/ps_lnx.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK } from "../../../poller/judge/state.ts";
import { parse as parseReport } from "../../../poller/parse.ts";
import { shared, testWith } from "../../peers.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

type Params = typeof psLnx.params;

const HEAD = [
  "[time]",
  "1700000000",
  "[processes]",
  "[header] CGROUP USER VSZ RSS TIME ELAPSED PID COMMAND",
];
const PROCESSES = [
  "0::/init.scope root 4096 2048 1-00:00:10 30-00:00:00 1 /sbin/init",
  "- root 0 0 00:00:00 30-00:00:00 2 [kthreadd]",
  "0::/system.slice/web.service (deleted) www 2048 1024 00:00:20 05:00 77 nginx: worker process",
  "0::/system.slice/web.service www 2048 1024 00:00:40 05:00 78 nginx: worker process",
];
const WEB: Params = { groups: [{ name: "web", match: "nginx: worker*", user: "www" }] };

test("processes are counted, under node_exporter's name too", () => {
  const data = psLnx.parse(rows(...HEAD, ...PROCESSES));
  expect(sampleLines(samples(psLnx, data))).toEqual([
    "roundsman_processes 4",
    "node_processes_pids 4",
  ]);
});

test("the section states its own time", () => {
  const data = psLnx.parse(rows(...HEAD, ...PROCESSES));
  expect(data && psLnx.time?.(data)).toBe(1_700_000_000);
});

test("a group finds its processes, in a deleted cgroup too", () => {
  const [web] = judged(psLnx, psLnx.parse(rows(...HEAD, ...PROCESSES), WEB), { params: WEB });
  expect(web).toMatchObject({ service: "Process web", state: OK });
  expect(perfdata(web)).toEqual({
    count: 2,
    vsz: 4_194_304,
    rss: 2_097_152,
    age_youngest: 300,
    age_oldest: 300,
  });
});

test("columns are known by their names, not by their places", () => {
  const lines = ["[header] PID USER RSS COMMAND", "9 www 1024 nginx: worker process"];
  const data = psLnx.parse(rows(...lines), WEB);
  expect(data?.groups[0]?.members).toEqual([
    {
      pid: "9",
      virtual: 0,
      resident: 1_048_576,
      cpuSeconds: undefined,
      age: undefined,
    },
  ]);
});

test("a line that ends before its command is a process all the same", () => {
  const params = { groups: [{ name: "nameless", match: "" }] };
  const data = psLnx.parse(rows(...HEAD, "- root 0 0 00:00:00 00:00 31012"), params);
  expect(data?.groups[0]?.members).toMatchObject([{ pid: "31012" }]);
});

test("without names of columns there is nothing to go by", () => {
  expect(() => psLnx.parse(rows("[time]", "1700000000", "[processes]"))).toThrow(ParseError);
  expect(() => psLnx.parse(rows("[header] COMMAND PID", "init 1"))).toThrow(ParseError);
});

test("an empty section is as good as none", () => {
  expect(psLnx.parse(rows())).toBeUndefined();
});

testWith(shared)("a real host, twice, shows what a group used", () => {
  const params = { groups: [{ name: "init", match: "*/systemd --switched-root *" }] };
  const read = (file: string) => {
    const bytes = readFileSync(join(shared.path, "corpus/dumps", file));
    const section = parseReport(bytes).hosts[0]?.sections.get("ps_lnx");
    const data = section && psLnx.parse(section.rows, params);
    if (!data) throw new Error(`${file} has no ps_lnx`);
    return { data, at: data.time ?? 0 };
  };
  const previous = read("linux-2.4.0p21-nethserver7-a.txt");
  const now = read("linux-2.4.0p21-nethserver7-b.txt");
  const [init] = judged(psLnx, now.data, { params, at: now.at, previous });
  expect(perfdata(init)["count"]).toBe(1);
  expect(perfdata(init)["pcpu"]).toBeCloseTo((3 / 117) * 100, 6);
});

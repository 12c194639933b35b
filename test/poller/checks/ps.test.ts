import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ps } from "../../../poller/checks/ps.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { readParams } from "../../../poller/config/params.ts";
import { parse as parseReport } from "../../../poller/parse.ts";
import { shared, testWith } from "../../peers.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

type Params = typeof ps.params;

const LINES = [
  "(root,2048,1024,00:00:10/01:00:00,1) /sbin/init splash",
  "(www,4096,2048,00:01:00/30:00,20) /usr/sbin/httpd -k start",
  "(www,4096,2048,00:00:30/10:00,21) /usr/sbin/httpd -k start",
  "(<defunct>,,,)",
  "(root,1024,512,00:00:00/10:00,30) vi /etc/httpd.conf",
];
const WEB: Params = { groups: [{ name: "web", match: "*httpd *", user: "www" }] };

const parse = (params: Params, ...lines: string[]) => ps.parse(rows(...lines), params);
const service = (params: Params, ...lines: string[]) =>
  judged(ps, parse(params, ...lines), { params })[0];

test("processes are counted, dead ones not", () => {
  const data = ps.parse(rows(...LINES));
  expect(sampleLines(samples(ps, data))).toEqual(["roundsman_processes 4"]);
  expect(judged(ps, data)).toEqual([]);
});

test("Windows tells how many CPUs there are", () => {
  expect(ps.parse(rows("(SYSTEM,0,0,0,0,0,0,0,0,6,0)\tSystem Idle Process"))?.cores).toBe(6);
});

test("in every language, but not each service that ends so", () => {
  const idle = "(SYSTEM,0,0,0,0,0,0,0,0,6,0)\tLeerlaufprozess";
  const other = "(SYSTEM,8,8,0,4,0,0,0,0,99,0)\tNo System Idle Process";
  expect(ps.parse(rows(idle, other))?.cores).toBe(6);
  expect(ps.parse(rows(other))?.cores).toBeUndefined();
});

test("a user of Windows may have parentheses, and a program arguments behind tabs", () => {
  const line =
    "(\\\\SHOP\\ann (sales),2048,1024,0,600,0,10000000,5000000,37,2,12)\tshop.exe\t-k all";
  const params = { groups: [{ name: "shop", match: "shop.exe -k all", user: "*ann (sales)" }] };
  const [group] = ps.parse(rows(line), params)?.groups ?? [];
  expect(group?.members).toEqual([
    { pid: "600", virtual: 2048 * 1024, resident: 1024 * 1024, cpuSeconds: 1.5, age: 12 },
  ]);
});

test("groups can be written into a config", () => {
  const group = {
    name: "web",
    match: "*httpd *",
    count: { lower: [2, 1] },
    resident: ["1GiB", "2GiB"],
  };
  const { params, findings } = readParams(ps, { groups: [group] });
  expect(findings).toEqual([]);
  expect(params).toEqual({
    groups: [
      {
        ...{ name: "web", match: "*httpd *", count: { lower: { warn: 2, crit: 1 } } },
        resident: { warn: 2 ** 30, crit: 2 ** 31 },
      },
    ],
  });
});

test("a section without processes is as good as none", () => {
  expect(ps.parse(rows("(<defunct>,,,)"))).toBeUndefined();
});

describe("a group", () => {
  test("has those processes whose command line and user are as its patterns say", () => {
    const web = service(WEB, ...LINES);
    expect(web).toMatchObject({ service: "Process web", item: "web", state: OK });
    expect(perfdata(web)).toEqual({
      count: 2,
      vsz: 8_388_608,
      rss: 4_194_304,
      age_youngest: 600,
      age_oldest: 1800,
    });
  });

  test("has metrics of its own", () => {
    expect(sampleLines(samples(ps, parse(WEB, ...LINES)))).toEqual([
      "roundsman_processes 4",
      'roundsman_process_group_processes{group="web"} 2',
      'roundsman_process_group_virtual_memory_bytes{group="web"} 8388608',
      'roundsman_process_group_resident_memory_bytes{group="web"} 4194304',
      'roundsman_process_group_cpu_seconds{group="web"} 90',
    ]);
  });

  test("that nobody belongs to is CRIT", () => {
    const params = { groups: [{ name: "db", match: "*postgres*" }] };
    const db = service(params, ...LINES);
    expect(db?.state).toBe(CRIT);
    expect(db?.summary).toContain("Processes: 0 (warn/crit below 1/1)");
  });

  test.each<[Partial<Params["groups"][number]>, number]>([
    [{ count: { upper: { warn: 2, crit: 5 } } }, WARN],
    [{ count: { lower: { warn: 3, crit: 3 } } }, CRIT],
    [{ resident: { warn: 4_194_304, crit: 8_388_608 } }, WARN],
    [{ resident: { warn: 8_388_608, crit: 8_388_608 } }, OK],
  ])("with %j has state %d", (levels, state) => {
    const [web] = WEB.groups;
    expect(service({ groups: [{ ...web!, ...levels }] }, ...LINES)?.state).toBe(state);
  });
});

describe("the CPUs that a group uses", () => {
  const twenty = (now: readonly string[], cpu?: { warn: number; crit: number }) => {
    const params = { groups: [{ ...WEB.groups[0]!, ...(cpu ? { cpu } : {}) }] };
    const previous = { data: parse(params, ...LINES)!, at: 100 };
    return judged(ps, parse(params, ...now), { params, at: 120, previous })[0];
  };
  const httpd = (time: string, pid: number, age = "10:20") =>
    `(www,4096,2048,${time}/${age},${pid}) /usr/sbin/httpd -k start`;

  test("are the CPU time between two polls", () => {
    const web = twenty([httpd("00:01:05", 20), httpd("00:00:35", 21)]);
    expect(perfdata(web)["pcpu"]).toBe(50);
  });

  test("count all the time of a process that began meanwhile, none of one that was there before", () => {
    const web = twenty([httpd("00:00:04", 22, "00:15"), httpd("09:00:00", 23, "10:00:00")]);
    expect(perfdata(web)["pcpu"]).toBe(20);
  });

  test("are not mistaken when a number is given to another process", () => {
    expect(perfdata(twenty([httpd("00:00:02", 20, "00:10")]))["pcpu"]).toBe(10);
  });

  test("can be too many", () => {
    const web = twenty([httpd("00:01:15", 20)], { warn: 0.5, crit: 1 });
    expect(web?.state).toBe(WARN);
    expect(web?.summary).toContain("CPU: 75% (warn/crit at 50%/100%)");
  });

  test("are what older agents say at once", () => {
    const web = service(WEB, "(www,4096,2048,2.5) httpd -a", "(www,4096,2048,1.5) httpd -b");
    expect(perfdata(web)["pcpu"]).toBeCloseTo(4, 9);
  });

  test("are unknown from one poll", () => {
    expect(perfdata(service(WEB, ...LINES))).not.toHaveProperty("pcpu");
  });
});

describe("real hosts", () => {
  const read = (file: string, params: Params) => {
    const bytes = readFileSync(join(shared.path, "corpus/dumps", file));
    const section = parseReport(bytes).hosts[0]?.sections.get("ps");
    return section && ps.parse(section.rows, params);
  };

  testWith(shared)("on Windows have their services in groups", () => {
    const params = { groups: [{ name: "svchost", match: "svchost.exe" }] };
    const data = read("windows-2.0.0p1-srv2019-mssql2014.txt", params);
    expect(data?.cores).toBe(8);
    const [svchost] = judged(ps, data, { params });
    expect(perfdata(svchost)["count"]).toBeGreaterThan(10);
    expect(perfdata(svchost)["age_oldest"]).toBeGreaterThan(1_000_000);
  });

  testWith(shared)("of 2013 have theirs too", () => {
    const params = { groups: [{ name: "init", match: "/sbin/init", user: "root" }] };
    const [init] = judged(ps, read("linux-1.2.2p3-cache-host2a.txt", params), { params });
    expect(perfdata(init)).toEqual({ count: 1, vsz: 24_452 * 1024, rss: 2204 * 1024, pcpu: 0 });
  });
});

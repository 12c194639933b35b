import { expect, test } from "vitest";
import { multipath } from "../../../poller/checks/multipath.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => multipath.parse(rows(...lines));
const disk = (...states: string[]) =>
  parse(
    "mpatha (3600a) dm-1 EXAMPLE,DISK",
    "size=10G features='0' hwhandler='0' wp=rw",
    "|-+- policy='service-time 0' prio=50 status=active",
    ...states.map((state, at) => `| |- 3:0:0:${at} sd${"xyz"[at]} 65:${at} ${state} undef running`),
  );

test("a disk whose paths all work is OK", () => {
  expect(judged(multipath, disk("active", "active"))).toMatchObject([
    {
      service: "Multipath 3600a",
      item: "3600a",
      state: OK,
      summary: "(mpatha), Paths active: 100%, 2 of 2",
    },
  ]);
});

test("a broken path is CRIT, and named", () => {
  expect(judged(multipath, disk("active", "failed"))).toMatchObject([
    { state: CRIT, summary: "(mpatha), Paths active: 50%, 1 of 2, Broken paths: sdy" },
  ]);
});

test.each([
  [{ expected: 2 }, OK],
  [{ expected: 1 }, WARN],
  [{ expected: 4 }, CRIT],
  [{ active: { warn: 1.1, crit: 0.4 } }, WARN],
  [{ active: { warn: 1, crit: 0.4 } }, OK],
])("with %j two paths that work are of state %d", (params, state) => {
  expect(judged(multipath, disk("active", "active"), { params })[0]?.state).toBe(state);
});

test("services may be called by their aliases", () => {
  const results = judged(multipath, disk("active"), { params: { useAlias: true } });
  expect(results).toMatchObject([{ service: "Multipath mpatha", item: "mpatha" }]);
});

test("other releases write disks and paths in other ways", () => {
  const data = parse(
    "3600b dm-2 EXAMPLE,DISK",
    String.raw`\_ round-robin 0 [prio=1][active]`,
    String.raw` \_ 1:0:0:0 sdb 8:16 [active][ready]`,
    String.raw` \_ 2:0:0:0 sdc 8:32 [failed][faulty]`,
    "old (3600c)",
    "[size=10 GB][features=0]",
  );
  expect(data).toEqual([
    { uuid: "3600b", alias: "", active: ["sdb"], broken: ["sdc"] },
    { uuid: "3600c", alias: "old", active: [], broken: [] },
  ]);
});

test("paths are exported", () => {
  const labels = '{multipath="3600a",alias="mpatha"}';
  expect(sampleLines(samples(multipath, disk("active", "failed")))).toEqual([
    `roundsman_multipath_paths${labels} 2`,
    `roundsman_multipath_paths_active${labels} 1`,
    `roundsman_multipath_paths_failed${labels} 1`,
  ]);
});

test("what multipath says where there is none is no section", () => {
  expect(
    parse(
      "Feb 16 20:26:04 | DM multipath kernel driver not loaded",
      "Feb 16 20:26:04 | A default multipath.conf file is located at",
    ),
  ).toBeUndefined();
});

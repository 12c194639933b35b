import { expect, test } from "vitest";
import { vmsSystem } from "../../../poller/checks/vms_system.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const data = vmsSystem.parse(rows("1.50 20.25 15.00"));

test("I/O and processes are two services", () => {
  const results = judged(vmsSystem, data);
  expect(results).toMatchObject([
    { service: "IOs", state: OK, summary: "Direct IOs: 1.5/s, Buffered IOs: 20.25/s" },
    { service: "Number of processes", state: OK, summary: "Processes: 15" },
  ]);
  expect(results.map(perfdata)).toEqual([{ direct: 1.5, buffered: 20.25 }, { procs: 15 }]);
});

test("levels hold where somebody gave some", () => {
  const params = { processes: { warn: 10, crit: 15 } };
  expect(judged(vmsSystem, data, { params })[1]?.state).toBe(CRIT);
});

test("all is exported as it was averaged", () => {
  expect(sampleLines(samples(vmsSystem, data))).toEqual([
    "roundsman_vms_direct_io_operations_per_second 1.5",
    "roundsman_vms_buffered_io_operations_per_second 20.25",
    "roundsman_vms_processes 15",
  ]);
});

test("a line without three numbers is refused", () => {
  expect(() => vmsSystem.parse(rows("1.5 much"))).toThrow(ParseError);
});

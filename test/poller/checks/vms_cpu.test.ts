import { expect, test } from "vitest";
import { vmsCpu } from "../../../poller/checks/vms_cpu.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (line: string) => vmsCpu.parse(rows(line));

test("shares are of all CPUs; the system has what is left", () => {
  const [result] = judged(vmsCpu, parse("2 150.00 20.00 6.00 4.00"));
  expect(result).toMatchObject({
    service: "CPU utilization",
    state: OK,
    summary: "Total CPU: 25%, User: 10%, System: 10%, Wait: 5%, 2 CPUs",
  });
  expect(perfdata(result)).toMatchObject({ util: 25, user: 10, wait: 5, cpu_entitlement: 2 });
});

test("levels are ratios", () => {
  const params = { wait: { warn: 0.05, crit: 0.5 } };
  expect(judged(vmsCpu, parse("1 90 1 5.00 0.50"), { params })[0]?.state).toBe(WARN);
});

test("shares that were rounded leave nothing below nothing", () => {
  const lines = sampleLines(samples(vmsCpu, parse("1 99.47 0.07 0.47 0.00")));
  expect(lines).toContain('roundsman_vms_cpu_ratio{mode="system"} 0');
  expect(lines).toHaveLength(5);
});

test("what holds no shares is refused", () => {
  expect(() => parse("0 1 2 3")).toThrow(ParseError);
  expect(() => parse("1 busy")).toThrow(ParseError);
  expect(vmsCpu.parse(rows())).toBeUndefined();
});

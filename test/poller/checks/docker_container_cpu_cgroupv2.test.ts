import { expect, test } from "vitest";
import { dockerContainerCpuCgroupv2 } from "../../../poller/checks/docker_container_cpu_cgroupv2.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => dockerContainerCpuCgroupv2.parse(rows(...lines));
const at = (uptime: number, userSeconds: number, systemSeconds: number) =>
  parse(
    `uptime ${uptime} 700.5`,
    "num_cpus 4",
    `usage_usec ${(userSeconds + systemSeconds) * 1e6}`,
    `user_usec ${userSeconds * 1e6}`,
    `system_usec ${systemSeconds * 1e6}`,
    "nr_throttled 0",
  );

test("microseconds are exported as seconds", () => {
  expect(sampleLines(samples(dockerContainerCpuCgroupv2, at(100, 45, 12)))).toEqual([
    'roundsman_container_cpu_seconds_total{mode="user"} 45',
    'roundsman_container_cpu_seconds_total{mode="system"} 12',
  ]);
});

test("what it used is a share of what all CPUs had to give since the report before", () => {
  const previous = { data: at(100, 10, 10)!, at: 100 };
  const [service] = judged(dockerContainerCpuCgroupv2, at(110, 20, 12), { at: 110, previous });
  expect(perfdata(service)).toEqual({ util: 30, user: 25, system: 5 });
});

test("a report without uptime is refused", () => {
  expect(() => parse("num_cpus 4", "user_usec 1", "system_usec 1")).toThrow(ParseError);
});

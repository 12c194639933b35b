import { expect, test } from "vitest";
import { lxcContainerCpuCgroupv2 } from "../../../poller/checks/lxc_container_cpu_cgroupv2.ts";
import { judged } from "../judging.ts";
import { rows } from "../rows.ts";

test("a container of LXC is read and judged as one of Docker", () => {
  const data = lxcContainerCpuCgroupv2.parse(
    rows("uptime 5 9", "num_cpus 2", "user_usec 1500000", "system_usec 500000"),
  );
  expect(data).toEqual({ user: 1.5, system: 0.5, available: 10, cpus: 2 });
  expect(judged(lxcContainerCpuCgroupv2, data)).toMatchObject([
    { service: "Container CPU utilization" },
  ]);
});

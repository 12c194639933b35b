import { expect, test } from "vitest";
import { lxcContainerCpu } from "../../../poller/checks/lxc_container_cpu.ts";
import { judged } from "../judging.ts";
import { rows } from "../rows.ts";

test("a container of LXC is read and judged as one of Docker", () => {
  const data = lxcContainerCpu.parse(rows("cpu 1000 0 0 0", "num_cpus 2", "user 150", "system 50"));
  expect(data).toEqual({ user: 1.5, system: 0.5, available: 10, cpus: 2 });
  expect(judged(lxcContainerCpu, data)).toMatchObject([{ service: "Container CPU utilization" }]);
});

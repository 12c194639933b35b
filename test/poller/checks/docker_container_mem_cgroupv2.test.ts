import { expect, test } from "vitest";
import { dockerContainerMem } from "../../../poller/checks/docker_container_mem.ts";
import { dockerContainerMemCgroupv2 } from "../../../poller/checks/docker_container_mem_cgroupv2.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { judged, perfdata, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const container = (max: string) =>
  dockerContainerMemCgroupv2.parse(
    rows(
      "anon 2097152",
      "file 1048576",
      "shmem 4096",
      "memory.current 3145728",
      `memory.max ${max}`,
      "MemTotal: 8192 kB",
    ),
  );

test("it comes to the same as with version 1", () => {
  const data = container("4194304");
  expect(data).toEqual({ usage: 3_145_728, cache: 1_048_576, shared: 4096, limit: 4_194_304 });
  expect(samples(dockerContainerMemCgroupv2, data)).toEqual(samples(dockerContainerMem, data));
  expect(perfdata(judged(dockerContainerMemCgroupv2, data)[0])).toMatchObject({
    mem_used: 2_097_152,
    mem_used_percent: 50,
  });
});

test("a limit of max is the host's memory; another word is refused", () => {
  expect(container("max")?.limit).toBe(8 * 2 ** 20);
  expect(() => container("min")).toThrow(ParseError);
});

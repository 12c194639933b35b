import { expect, test } from "vitest";
import { dockerContainerMem } from "../../../poller/checks/docker_container_mem.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => dockerContainerMem.parse(rows(...lines));
const container = (limit: string) =>
  parse(
    "cache 9",
    "shmem 9",
    "total_cache 1048576",
    "total_shmem 4096",
    "usage_in_bytes 3145728",
    `limit_in_bytes ${limit}`,
    "MemTotal: 8192 kB",
  );

test("the container's memory is exported under names of its own, never as its host's", () => {
  expect(sampleLines(samples(dockerContainerMem, container("4194304")))).toEqual([
    "roundsman_container_memory_usage_bytes 3145728",
    "roundsman_container_memory_cache_bytes 1048576",
    "roundsman_container_memory_limit_bytes 4194304",
  ]);
});

test("used is what is not cache, of the limit", () => {
  const [service] = judged(dockerContainerMem, container("4194304"));
  expect(service).toMatchObject({
    service: "Container memory",
    state: OK,
    summary: "Used: 50% - 2 MiB of 4 MiB",
  });
  expect(perfdata(service)).toEqual({
    mem_used: 2_097_152,
    mem_used_percent: 50,
    caches: 1_048_576,
    mem_lnx_shmem: 4096,
  });
});

test("a container without a limit has that of its host", () => {
  expect(container("9223372036854771712")?.limit).toBe(8 * 2 ** 20);
});

test("levels are ratios of the limit", () => {
  const params = { used: { warn: 0.4, crit: 0.5 } };
  expect(judged(dockerContainerMem, container("4194304"), { params })[0]).toMatchObject({
    state: CRIT,
    summary: "Used: 50% - 2 MiB of 4 MiB (warn/crit at 1.6 MiB/2 MiB)",
  });
});

test("without usage or limit nothing can be said, and no line at all is no section", () => {
  expect(() => parse("cache 9", "MemTotal: 8192 kB")).toThrow(ParseError);
  expect(() => container("much")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

import { expect, test } from "vitest";
import { dockerContainerDiskstat } from "../../../poller/checks/docker_container_diskstat.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const at = (time: number, read: number, writes: number) =>
  dockerContainerDiskstat.parse(
    rows(
      "[time]",
      String(time),
      "[io_service_bytes]",
      `8:0 Read ${read}`,
      "8:0 Write 500",
      "8:0 Total 999",
      `253:0 Read ${read}`,
      "Total 999",
      "[io_serviced]",
      "8:0 Read 7",
      `8:0 Write ${writes}`,
      "Total 9",
      "[names]",
      "sda 8:0",
      "dm-0 253:0",
      "loop0 7:0",
    ),
  );

test("bytes and operations are exported by the names of disks", () => {
  expect(sampleLines(samples(dockerContainerDiskstat, at(100, 1000, 20)))).toEqual([
    'roundsman_container_disk_read_bytes_total{device="sda"} 1000',
    'roundsman_container_disk_written_bytes_total{device="sda"} 500',
    'roundsman_container_disk_reads_completed_total{device="sda"} 7',
    'roundsman_container_disk_writes_completed_total{device="sda"} 20',
    'roundsman_container_disk_read_bytes_total{device="dm-0"} 1000',
  ]);
});

test("between two reports there are rates, in which nothing counts twice", () => {
  const previous = { data: at(100, 1000, 20)!, at: 100 };
  const context = { at: 110, previous };
  const [service] = judged(dockerContainerDiskstat, at(110, 21_000, 70), context);
  expect(service).toMatchObject({
    service: "Container disk IO SUMMARY",
    item: "SUMMARY",
    state: OK,
  });
  expect(perfdata(service)).toEqual({
    disk_read_throughput: 2000,
    disk_write_throughput: 0,
    disk_read_ios: 0,
    disk_write_ios: 5,
  });
  const params = { read: { warn: 2000, crit: 9000 } };
  const [strict] = judged(dockerContainerDiskstat, at(110, 21_000, 70), { ...context, params });
  expect(strict?.state).toBe(WARN);
});

test("one report gives no rates", () => {
  const [service] = judged(dockerContainerDiskstat, at(100, 1000, 20));
  expect(service).toMatchObject({ state: OK, summary: "Rates need an earlier report" });
});

test("the section's own time is that of its rates", () => {
  expect(dockerContainerDiskstat.time?.(at(4711, 1, 1)!)).toBe(4711);
});

test("a container that did nothing yet has no disks; no line at all is no section", () => {
  const idle = rows("[time]", "100", "[io_service_bytes]", "Total 0", "[names]", "sda 8:0");
  expect(dockerContainerDiskstat.parse(idle)).toEqual({ time: 100, disks: [] });
  expect(dockerContainerDiskstat.parse(rows())).toBeUndefined();
});

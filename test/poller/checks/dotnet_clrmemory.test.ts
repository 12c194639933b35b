import { expect, test } from "vitest";
import { dotnetClrmemory } from "../../../poller/checks/dotnet_clrmemory.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const COLUMNS =
  "AllocatedBytesPersec|Gen0heapsize|Gen0PromotedBytesPerSec|LargeObjectHeapsize|Name|NumberBytesinallHeaps|NumberGen2Collections|NumberTotalcommittedBytes|PercentTimeinGC|PercentTimeinGC_Base|WMIStatus";
const parse = (...lines: string[]) =>
  dotnetClrmemory.parse(sectionRows(["<<<dotnet_clrmemory:sep(124)>>>", ...lines, ""].join("\n")));
/** A program that spent so much of a thousand on collecting. */
const program = (name: string, collecting: number, whole = 1000): string =>
  `4012|2097152|5112|188826|${name}|1048576|94|775413|${collecting}|${whole}|OK`;

test.each([
  [99, OK, "Time in GC: 9.9%, Heaps: 1 MiB"],
  [100, WARN, "Time in GC: 10% (warn/crit at 10%/15%), Heaps: 1 MiB"],
  [150, CRIT, "Time in GC: 15% (warn/crit at 10%/15%), Heaps: 1 MiB"],
])("%d in a thousand spent on collecting are worth state %d", (collecting, state, summary) => {
  const data = parse(COLUMNS, program("_Global_", collecting), program("shop", 999));
  const [result, ...others] = judged(dotnetClrmemory, data);
  expect(others).toEqual([]);
  expect(result).toMatchObject({
    service: "DotNet Memory Management _Global_",
    item: "_Global_",
    state,
    summary,
  });
  expect(perfdata(result)).toEqual({ percent: collecting / 10, heap_size: 1_048_576 });
});

test("programs that are named have services too", () => {
  const data = parse(COLUMNS, program("_Global_", 1), program("shop#1", 999));
  const found = judged(dotnetClrmemory, data, { params: { processes: ["shop*"] } });
  expect(found).toMatchObject([{ item: "shop#1", state: CRIT }]);
});

test("a program that never collected has no time to tell", () => {
  const [result] = judged(dotnetClrmemory, parse(COLUMNS, program("_Global_", 0, 0)));
  expect(result).toMatchObject({ state: OK, summary: "Heaps: 1 MiB" });
});

test("metrics are those of windows_exporter, of each program and not of all together", () => {
  const data = parse(COLUMNS, program("_Global_", 1), program("shop", 20));
  const start = "windows_netframework_clrmemory";
  expect(sampleLines(samples(dotnetClrmemory, data))).toEqual([
    `${start}_committed_bytes{process="shop"} 775413`,
    `${start}_allocated_bytes_total{process="shop"} 4012`,
    `${start}_gc_time_percent{process="shop"} 2`,
    `${start}_heap_size_bytes{process="shop",area="Gen0"} 2097152`,
    `${start}_heap_size_bytes{process="shop",area="LOH"} 188826`,
    `${start}_promoted_bytes{process="shop",area="Gen0"} 5112`,
    `${start}_collections_total{process="shop",area="Gen2"} 94`,
  ]);
});

test("a host that has no time to answer is told, and one without programs is no section", () => {
  expect(() => parse("WMItimeout")).toThrow("did not answer");
  expect(parse(COLUMNS)).toBeUndefined();
  expect(parse()).toBeUndefined();
});

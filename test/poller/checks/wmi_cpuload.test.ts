import { describe, expect, test } from "vitest";
import { wmiCpuload } from "../../../poller/checks/wmi_cpuload.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (separator: string, ...lines: string[]) => {
  const header = `<<<wmi_cpuload:sep(${separator.charCodeAt(0)})>>>`;
  const text = lines.map((line) => line.replaceAll("|", separator));
  return wmiCpuload.parse(sectionRows([header, ...text, ""].join("\n")));
};

const SYSTEM = [
  "[system_perf]",
  "ContextSwitchesPersec|Frequency_Object|Name|Processes|ProcessorQueueLength|SystemCallsPersec|SystemUpTime|Threads|WMIStatus",
];
const COMPUTER = [
  "[computer_system]",
  "Name|NumberOfLogicalProcessors|NumberOfProcessors|WMIStatus",
];
const host = (queue: number) => [
  ...SYSTEM,
  `1634685676|10000000||141|${queue}|-1|133443936000000000|1403|OK`,
  ...COMPUTER,
  "SPECIMEN|4|1|OK",
];

describe("the queue", () => {
  test.each([
    [19, OK, "Waiting: 19 threads, per CPU: 4.75 (4 CPUs), Processes: 141, Threads: 1403"],
    [20, WARN, /^Waiting: 20 threads, per CPU: 5 \(4 CPUs\) \(warn\/crit at 20\/40\)/],
    [40, CRIT, /^Waiting: 40/],
  ])("of %d threads for four processors is worth state %d", (queue, state, summary) => {
    const [result, ...others] = judged(wmiCpuload, parse("|", ...host(queue)));
    expect(others).toEqual([]);
    expect(result).toMatchObject({ service: "Processor Queue", state });
    expect(result?.summary).toMatch(summary);
    expect(perfdata(result)).toEqual({ load_instant: queue });
  });

  test("is for one processor where nobody says how many there are", () => {
    const [result] = judged(wmiCpuload, parse("|", ...host(6).slice(0, 3)));
    expect(result).toMatchObject({ state: WARN });
    expect(result?.summary).toContain("(1 CPU)");
  });
});

test("old agents have commas, and sockets in place of processors", () => {
  const data = parse(",", ...host(2).slice(0, 3), COMPUTER[0]!, "Name|NumberOfProcessors", "OLD|2");
  expect(data).toMatchObject({ queue: 2, cpus: 2 });
});

test("metrics are those of windows_exporter", () => {
  const data = parse("|", ...host(3));
  expect(sampleLines(samples(wmiCpuload, data))).toEqual([
    "windows_system_processor_queue_length 3",
    "windows_system_processes 141",
    "windows_system_threads 1403",
    "windows_system_boot_time_timestamp_seconds 1699920000",
    "windows_cs_logical_processors 4",
    "windows_system_context_switches_total 1634685676",
    "windows_system_system_calls_total 4294967295",
  ]);
});

describe("a host that has no time to answer", () => {
  test.each([["WMItimeout"], ["[system_perf]", "WMItimeout"], [...SYSTEM, "||||||||Timeout"]])(
    "is told: %s",
    (...lines) => {
      expect(() => parse("|", ...lines)).toThrow("did not answer");
    },
  );

  test("for one question only has answered the other", () => {
    const data = parse("|", ...host(3).slice(0, 3), ...COMPUTER, "|||Timeout");
    expect(data).toMatchObject({ queue: 3 });
  });
});

test("a table without a queue is refused, and none is no section", () => {
  expect(() => parse("|", "[system_perf]", "Name|Threads", "|3")).toThrow(ParseError);
  expect(parse("|")).toBeUndefined();
});

import { expect, test } from "vitest";
import { kernel } from "../../../poller/checks/kernel.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => kernel.parse(rows(...lines));

const FIRST = [
  "1700000000",
  "nr_free_pages 4711",
  "pgmajfault 100",
  "pswpin 0",
  "cpu  1000 0 500 8000 100 0 0 0 0 0",
  "cpu0 600 0 250 4000 50 0 0 0 0 0",
  "cpu1 400 0 250 4000 50 0 0 0 0 0",
  "intr 5000 1 2 3",
  "ctxt 20000",
  "btime 1699990000",
  "processes 300",
  "procs_running 2",
  "procs_blocked 1",
];
const SECOND = [
  "1700000050",
  "pgmajfault 150",
  "pswpin 0",
  "cpu  3000 0 1000 14000 1100 250 250 0 0 0",
  "ctxt 21000",
  "processes 310",
];

test("CPU time is exported in seconds per CPU and mode, without the sum of all", () => {
  const lines = sampleLines(samples(kernel, parse(...FIRST)));
  expect(lines).toContain('node_cpu_seconds_total{cpu="0",mode="user"} 6');
  expect(lines).toContain('node_cpu_seconds_total{cpu="1",mode="idle"} 40');
  expect(lines).toContain('node_cpu_guest_seconds_total{cpu="1",mode="nice"} 0');
  expect(lines.filter((line) => line.startsWith("node_cpu_seconds_total"))).toHaveLength(16);
});

test("counters are exported under node_exporter's names, absent ones not at all", () => {
  const lines = sampleLines(samples(kernel, parse(...FIRST)));
  expect(lines.filter((line) => !line.startsWith("node_cpu"))).toEqual([
    "node_context_switches_total 20000",
    "node_intr_total 5000",
    "node_forks_total 300",
    "node_procs_running 2",
    "node_procs_blocked 1",
    "node_boot_time_seconds 1699990000",
    "node_time_seconds 1700000000",
    "node_vmstat_pgmajfault 100",
    "node_vmstat_pswpin 0",
  ]);
});

test("an old kernel's shorter lines give the modes that it knows", () => {
  const modes = samples(kernel, parse("cpu0 1 2 3 4")).map(({ labels }) => labels["mode"]);
  expect(modes).toEqual(["user", "nice", "system", "idle"]);
});

test("the section states its own time", () => {
  const data = parse(...FIRST);
  expect(data && kernel.time?.(data)).toBe(1_700_000_000);
});

test("two polls give utilization and rates", () => {
  const previous = { data: parse(...FIRST)!, at: 1_700_000_000 };
  const [utilization, performance] = judged(kernel, parse(...SECOND), {
    at: 1_700_000_050,
    previous,
  });
  expect(utilization).toMatchObject({ service: "CPU utilization", state: OK });
  expect(perfdata(utilization)).toEqual({ util: 40, user: 20, system: 10, wait: 10 });
  expect(performance?.service).toBe("Kernel Performance");
  expect(perfdata(performance)).toEqual({
    process_creations: 0.2,
    context_switches: 20,
    major_page_faults: 1,
    page_swap_in: 0,
  });
});

test("guest time is told apart from user time, where there ever was any", () => {
  const previous = { data: parse("cpu 10000 0 0 10000 0 0 0 0 5000 0")!, at: 0 };
  const [utilization] = judged(kernel, parse("cpu 16000 0 0 14000 0 0 0 0 7000 0"), {
    at: 1,
    previous,
  });
  expect(perfdata(utilization)).toEqual({ util: 60, user: 40, system: 0, wait: 0, guest: 20 });
});

test("levels are ratios", () => {
  const previous = { data: parse(...FIRST)!, at: 0 };
  const params = { util: { warn: 0.4, crit: Infinity } };
  expect(judged(kernel, parse(...SECOND), { at: 50, previous, params })[0]).toMatchObject({
    state: WARN,
    summary: expect.stringContaining("Total CPU: 40% (warn/crit at 40%/never)") as string,
  });
});

test("a first poll and a reboot give no rates", () => {
  for (const previous of [undefined, { data: parse(...SECOND)!, at: 0 }]) {
    const results = judged(kernel, parse(...FIRST), { at: 50, ...(previous ? { previous } : {}) });
    expect(results.map(({ service }) => service)).toEqual([
      "CPU utilization",
      "Kernel Performance",
    ]);
    expect(results[0]?.perfdata).toEqual([]);
    expect(perfdata(results[1])).not.toHaveProperty("context_switches");
  }
});

test("a wanted line that is no number is refused; what is not wanted is not looked at", () => {
  expect(() => parse("ctxt many")).toThrow(ParseError);
  expect(() => parse("cpu0 1 2 x")).toThrow(ParseError);
  expect(parse("nr_free_pages many", "cpufreq none")).toBeUndefined();
});

test("FreeBSD's five times are of user, nice, system, idle and interrupts", () => {
  const data = kernel.parse(rows("1700000000", "cpu 254 0 127 1270 127"));
  expect(data?.total).toEqual([2, 0, 1, 10, 0, 1]);
});

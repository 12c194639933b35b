import { expect, test } from "vitest";
import { cpu } from "../../../poller/checks/cpu.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => cpu.parse(rows(...lines));

test("load averages, threads and CPUs are exported", () => {
  expect(sampleLines(samples(cpu, parse("0.50 1.25 2.00 3/400 999 4", "64000")))).toEqual([
    "node_load1 0.5",
    "node_load5 1.25",
    "node_load15 2",
    "roundsman_cpus 4",
    "roundsman_threads 400",
    "node_processes_max_threads 64000",
  ]);
});

test("levels of the load are per CPU and hit when they are reached", () => {
  const state = (load: string) => judged(cpu, parse(`0 0 ${load} 1/10 1 4`))[0]?.state;
  expect(state("19.99")).toBe(OK);
  expect(state("20.00")).toBe(WARN);
});

test("threads are judged by their number, and by what is allowed where that is asked for", () => {
  const data = parse("0 0 0 1/1999 1 4", "4000");
  const [, plain] = judged(cpu, data);
  expect(plain).toMatchObject({ service: "Number of threads", state: OK });
  expect(perfdata(plain)).toEqual({ threads: 1999, thread_usage: 49.975 });
  const [, strict] = judged(cpu, data, { params: { usage: { warn: 0.4, crit: 0.9 } } });
  expect(strict).toMatchObject({
    state: WARN,
    summary: "Count: 1999 threads, Usage: 49.98% (warn/crit at 40%/90%)",
  });
});

test("an old agent's line without CPUs and threads gives the load alone", () => {
  expect(judged(cpu, parse("0.1 0.2 0.3")).map(({ service }) => service)).toEqual(["CPU load"]);
});

test("what is no load average is refused, and no line at all is no section", () => {
  expect(() => parse("0.1 nan 0.3 1/2 3 4")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

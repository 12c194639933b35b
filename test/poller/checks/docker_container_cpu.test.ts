import { expect, test } from "vitest";
import { dockerContainerCpu } from "../../../poller/checks/docker_container_cpu.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => dockerContainerCpu.parse(rows(...lines));

/** Ticks of the host in all, and of the container. */
const at = (host: number, user: number, system: number) =>
  parse(`cpu ${host} 0 0 0 0 0 0 0 7 0`, "num_cpus 2", `user ${user}`, `system ${system}`);

test("seconds of the container are exported", () => {
  expect(sampleLines(samples(dockerContainerCpu, at(1000, 150, 50)))).toEqual([
    'roundsman_container_cpu_seconds_total{mode="user"} 1.5',
    'roundsman_container_cpu_seconds_total{mode="system"} 0.5',
  ]);
});

test("what it used is a share of what the host had to give since the report before", () => {
  const previous = { data: at(1000, 100, 100)!, at: 100 };
  const context = { at: 110, previous };
  const [service] = judged(dockerContainerCpu, at(3000, 600, 200), context);
  expect(service).toMatchObject({
    service: "Container CPU utilization",
    state: OK,
    summary: "Total CPU: 30%, User: 25%, System: 5%",
  });
  expect(perfdata(service)).toEqual({ util: 30, user: 25, system: 5 });
  const params = { util: { warn: 0.3, crit: 0.9 } };
  expect(judged(dockerContainerCpu, at(3000, 600, 200), { ...context, params })[0]?.state).toBe(
    WARN,
  );
});

test("one report gives no rate, nor does a container that began anew", () => {
  const rateless = { state: OK, summary: "Rates need an earlier report" };
  expect(judged(dockerContainerCpu, at(3000, 6, 2))[0]).toMatchObject(rateless);
  const previous = { data: at(1000, 100, 100)!, at: 100 };
  expect(judged(dockerContainerCpu, at(3000, 6, 2), { at: 110, previous })[0]).toMatchObject(
    rateless,
  );
});

test("without the host's line nothing can be said, and no line at all is no section", () => {
  expect(() => parse("num_cpus 2", "user 1", "system 1")).toThrow(ParseError);
  expect(() => parse("cpu 1 2 x", "num_cpus 2", "user 1", "system 1")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

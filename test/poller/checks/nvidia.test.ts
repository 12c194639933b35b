import { expect, test } from "vitest";
import { nvidia } from "../../../poller/checks/nvidia.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => nvidia.parse(rows(...lines));

test("temperature and errors are exported", () => {
  expect(sampleLines(samples(nvidia, parse("GPUErrors: 2", "GPUCoreTemp: 45")))).toEqual([
    "roundsman_nvidia_temperature_celsius 45",
    "roundsman_nvidia_errors 2",
  ]);
});

test.each([
  [59, OK],
  [60, WARN],
  [65, CRIT],
])("%i °C are judged so", (temperature, state) => {
  const [service] = judged(nvidia, parse(`GPUCoreTemp: ${temperature}`));
  expect(service).toMatchObject({ service: "Temperature NVIDIA GPUCore", item: "GPUCore", state });
  expect(perfdata(service)).toEqual({ temp: temperature });
});

test("errors are critical", () => {
  expect(judged(nvidia, parse("GPUErrors: 0"))).toMatchObject([
    { service: "NVIDIA GPU Errors", state: OK, summary: "no errors" },
  ]);
  expect(judged(nvidia, parse("GPUErrors: 2"))).toMatchObject([
    { state: CRIT, summary: "Errors: 2" },
  ]);
});

test("a screen that cannot be asked is no card", () => {
  expect(parse("GPUErrors:", "GPUCoreTemp: unknown")).toBeUndefined();
});

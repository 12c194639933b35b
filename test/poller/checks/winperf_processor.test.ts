import { describe, expect, test } from "vitest";
import { winperfProcessor } from "../../../poller/checks/winperf_processor.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

/** Two processors at a time, after so many seconds of doing nothing, of the user and the kernel. */
const at = (time: number, idle: readonly number[], user: readonly number[], kernel = user) => {
  const line = (id: number, seconds: readonly number[], type: string): string =>
    `${id} ${[...seconds, seconds.reduce((a, b) => a + b) / 2].map((one) => one * 1e7).join(" ")} ${type}`;
  return winperfProcessor.parse(
    rows(
      `${time} 238 10000000`,
      "3 instances: 0 1 _Total",
      line(-232, idle, "100nsec_timer_inv"),
      line(-96, user, "100nsec_timer"),
      line(-94, kernel, "100nsec_timer"),
      "-90 1900 1952 3852 counter",
      line(1508, idle, "100nsec_timer"),
    ),
  );
};
const previous = { data: at(1000, [500, 700], [10, 20])!, at: 1000 };
const judge = (data: typeof previous.data | undefined, params = {}) =>
  judged(winperfProcessor, data, { previous, at: data?.time ?? 0, params })[0];

describe("utilisation", () => {
  test("is what is not idle, of all cores and of each", () => {
    const result = judge(at(1010, [505, 708], [14, 21], [10, 20]));
    expect(result).toMatchObject({
      service: "CPU utilization",
      state: OK,
      summary: "Total CPU: 35%, User: 25%, Privileged: 0%, 2 cores",
      details: "Core 0: 50%\nCore 1: 20%",
    });
    const {
      util,
      user,
      privileged,
      cpu_core_util_0: first,
      cpu_core_util_1: second,
    } = perfdata(result);
    for (const [found, wanted] of [
      [util, 35],
      [user, 25],
      [privileged, 0],
      [first, 50],
      [second, 20],
    ])
      expect(found).toBeCloseTo(wanted!, 6);
  });

  test("is never below nothing: the host's clocks are coarse", () => {
    expect(perfdata(judge(at(1010, [511, 711], [10, 20])))["util"]).toBe(0);
  });

  test("has levels for all together and for each", () => {
    const data = at(1010, [505, 708], [14, 21]);
    expect(judge(data, { util: { warn: 0.3, crit: 0.9 } })?.state).toBe(WARN);
    const hot = judge(data, { core: { warn: 0.4, crit: 0.49 } });
    expect(hot?.state).toBe(CRIT);
    expect(hot?.summary).toContain("Core 0: 50% (warn/crit at 40%/49%)");
    expect(hot?.summary).not.toContain("Core 1");
  });

  test("needs an earlier report, and counters that went on", () => {
    expect(judged(winperfProcessor, previous.data)[0]?.summary).toBe(
      "Rates need an earlier report, 2 cores",
    );
    expect(judge(at(1010, [1, 1], [1, 1]))?.summary).toBe("Rates need an earlier report, 2 cores");
  });
});

describe("metrics", () => {
  test("are those of windows_exporter, of each core and not of all together", () => {
    const lines = sampleLines(samples(winperfProcessor, at(1000, [500, 700], [10, 20], [3, 4])));
    expect(lines).toEqual([
      'windows_cpu_time_total{core="0,0",mode="idle"} 500',
      'windows_cpu_time_total{core="0,0",mode="privileged"} 3',
      'windows_cpu_time_total{core="0,0",mode="user"} 10',
      'windows_cpu_time_total{core="0,1",mode="idle"} 700',
      'windows_cpu_time_total{core="0,1",mode="privileged"} 4',
      'windows_cpu_time_total{core="0,1",mode="user"} 20',
      'windows_cpu_interrupts_total{core="0,0"} 1900',
      'windows_cpu_interrupts_total{core="0,1"} 1952',
      "windows_cpu_logical_processor 2",
    ]);
  });

  test("keep the group that newer counters name", () => {
    const data = winperfProcessor.parse(
      rows("1 1846 10000000", "2 instances: 1,3 1,_Total", "1508 20000000 1 100nsec_timer"),
    );
    expect(sampleLines(samples(winperfProcessor, data))).toEqual([
      'windows_cpu_time_total{core="1,3",mode="idle"} 2',
      "windows_cpu_logical_processor 1",
    ]);
  });
});

test("what the kernel says of idle time stands in where the other counter is not sent", () => {
  const idle = (time: number, seconds: number) =>
    winperfProcessor.parse(
      rows(`${time} 238`, "1 instances: 0", `1508 ${seconds * 1e7} 100nsec_timer`),
    )!;
  const [result] = judged(winperfProcessor, idle(20, 6), {
    previous: { data: idle(10, 2), at: 10 },
  });
  expect(perfdata(result)["util"]).toBeCloseTo(60, 6);
});

test("the section's own time counts", () => {
  expect(winperfProcessor.time?.(previous.data)).toBe(1000);
});

test("an object without processors is no section", () => {
  for (const lines of [[], ["1 238 10000000"], ["1 238", "1 instances: _Total", "6 1 counter"]])
    expect(winperfProcessor.parse(rows(...lines))).toBeUndefined();
});

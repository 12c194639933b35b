import { expect, test } from "vitest";
import { checkmkCachedPlugins } from "../../../poller/checks/checkmk_cached_plugins.ts";
import { WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  checkmkCachedPlugins.parse(
    sectionRows(["<<<checkmk_cached_plugins:sep(124)>>>", ...lines, ""].join("\n")),
  );
const LINES = ["timeout|plugins_backup|120|4711", "killfailed|local_slow|7200|1234"];

test("plugins that had to be ended are counted", () => {
  expect(sampleLines(samples(checkmkCachedPlugins, parse(...LINES)))).toEqual([
    'roundsman_agent_overdue_scripts{outcome="timeout"} 1',
    'roundsman_agent_overdue_scripts{outcome="killfailed"} 1',
  ]);
});

test("they are named in one service", () => {
  expect(judged(checkmkCachedPlugins, parse(...LINES, LINES[0] ?? ""))).toMatchObject([
    {
      service: "Agent cached plugins",
      state: WARN,
      summary:
        "plugins_backup took longer than 2 minutes, local_slow cannot be ended after 2 hours",
    },
  ]);
});

test("lines of other kinds are no section", () => {
  expect(parse("timeout|x", "later|plugins_a|1|2", "timeout||1|2")).toBeUndefined();
});

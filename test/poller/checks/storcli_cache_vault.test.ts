import { expect, test } from "vitest";
import { storcliCacheVault } from "../../../poller/checks/storcli_cache_vault.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  storcliCacheVault.parse(
    sectionRows(["<<<storcli_cache_vault:sep(0)>>>", ...lines, ""].join("\n")),
  );
const vault = (state: string, replace: string) => [
  "Controller = 0",
  "Status = Success",
  `State       ${state}`,
  `Replacement required             ${replace}`,
  "Capacitance             111 %",
];

test.each([
  ["Optimal", "No", OK, "optimal, Capacitance: 111 %"],
  ["Optimal", "Yes", CRIT, "optimal, has to be replaced, Capacitance: 111 %"],
  ["Failed", "No", CRIT, "failed, Capacitance: 111 %"],
])("a vault that is %s, to be replaced: %s", (state, replace, level, summary) => {
  expect(judged(storcliCacheVault, parse(...vault(state, replace)))).toMatchObject([
    { service: "RAID cache vault /c0", item: "/c0", state: level, summary },
  ]);
});

test("a controller without one has no service", () => {
  expect(parse("Controller = 0", "Status = Failure", "State")).toBeUndefined();
  const data = parse("Controller = 1", ...vault("Optimal", "No"));
  expect(sampleLines(samples(storcliCacheVault, data))).toEqual([
    'roundsman_raid_healthy{source="storcli",kind="battery",part="/c0"} 1',
  ]);
});

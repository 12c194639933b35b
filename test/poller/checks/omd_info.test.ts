import { expect, test } from "vitest";
import { omdInfo } from "../../../poller/checks/omd_info.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  omdInfo.parse(sectionRows(["<<<omd_info:sep(59)>>>", ...lines, ""].join("\n")));

test("versions and sites are exported, and no service comes of them", () => {
  const data = parse(
    "[versions]",
    "version;number;edition;demo",
    "9.1.0.cre;9.1.0;cre;0",
    "9.2.0.cre;9.2.0;cre;1",
    "[sites]",
    "site;used_version;autostart",
    "north;9.2.0.cre;1",
    "south;9.1.0.cre;0",
  );
  expect(sampleLines(samples(omdInfo, data))).toEqual([
    'roundsman_omd_version_info{version="9.1.0.cre",edition="cre"} 1',
    'roundsman_omd_version_info{version="9.2.0.cre",edition="cre"} 1',
    'roundsman_omd_site_info{site="north",version="9.2.0.cre"} 1',
    'roundsman_omd_site_info{site="south",version="9.1.0.cre"} 1',
    'roundsman_omd_site_autostart{site="north"} 1',
    'roundsman_omd_site_autostart{site="south"} 0',
  ]);
  expect(judged(omdInfo, data)).toEqual([]);
});

test("columns are known by their titles, tables by their names", () => {
  const data = parse("[sites]", "autostart;extra;site", "1;x;north", "[hotfixes]", "id", "7");
  expect(data).toEqual({
    versions: [],
    sites: [{ name: "north", version: "", startsItself: true }],
  });
  expect(parse("[sites]", "site;used_version;autostart")).toBeUndefined();
  expect(parse("[sites]", "site", "north")?.sites[0]?.startsItself).toBeUndefined();
});

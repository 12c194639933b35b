import { expect, test } from "vitest";
import { checkmkAgentPluginsWin } from "../../../poller/checks/checkmk_agent_plugins_win.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const FOLDERS = [
  "pluginsdir C:\\ProgramData\\our agent\\plugins",
  "localdir C:\\ProgramData\\our agent\\local",
];
const parse = (...lines: string[]) =>
  checkmkAgentPluginsWin.parse(
    sectionRows(["<<<checkmk_agent_plugins_win:sep(0)>>>", ...lines, ""].join("\n")),
  );

test("plugins and local checks are told with their versions", () => {
  const data = parse(
    ...FOLDERS,
    'C:\\ProgramData\\our agent\\plugins\\inventory.vbs:Const CMK_VERSION = "2.9.9"',
    'c:\\programdata\\Our Agent\\plugins\\300\\updates.ps1:$CMK_VERSION = "2.9.8"; # now',
    'C:\\ProgramData\\our agent\\local\\mail queue.bat:set CMK_VERSION="unversioned"',
    "C:\\ProgramData\\our agent\\local\\bare.cmd:",
    "D:\\elsewhere\\odd.py:__version__ = '1'",
  );
  expect(judged(checkmkAgentPluginsWin, data)).toMatchObject([
    {
      service: "Agent plugins",
      summary: "3 plugins, 2 local checks",
      details: [
        "inventory.vbs: 2.9.9",
        "300\\updates.ps1: 2.9.8",
        "D:\\elsewhere\\odd.py: 1",
        "mail queue.bat",
        "bare.cmd",
      ].join("\n"),
    },
  ]);
  expect(sampleLines(samples(checkmkAgentPluginsWin, data))).toEqual([
    'roundsman_agent_scripts{kind="plugin"} 3',
    'roundsman_agent_scripts{kind="local"} 2',
  ]);
});

test("an agent without scripts has none, and without folders there is no section", () => {
  expect(parse(...FOLDERS)).toEqual({ plugins: [], local: [] });
  expect(parse("C:\\x.bat:CMK_VERSION=1")).toBeUndefined();
  expect(parse()).toBeUndefined();
});

import { expect, test } from "vitest";
import { checkmkAgentPluginsLnx } from "../../../poller/checks/checkmk_agent_plugins_lnx.ts";
import { OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  checkmkAgentPluginsLnx.parse(
    sectionRows(["<<<checkmk_agent_plugins_lnx:sep(0)>>>", ...lines, ""].join("\n")),
  );

const SCRIPTS = [
  "pluginsdir /usr/lib/agent/plugins",
  "localdir /usr/lib/agent/local",
  '/usr/lib/agent/plugins/inventory:CMK_VERSION="2.4.0"',
  "/usr/lib/agent/plugins/300/mail.py:__version__ = '1.2'  # of ours",
  '/usr/lib/agent/local/60/back:up.sh:CMK_VERSION="unversioned"',
];

test("plugins and local checks are counted, and named with their versions", () => {
  expect(judged(checkmkAgentPluginsLnx, parse(...SCRIPTS))).toEqual([
    {
      service: "Agent plugins",
      state: OK,
      summary: "2 plugins, 1 local check",
      details: "inventory: 2.4.0\n300/mail.py: 1.2\n60/back:up.sh",
      perfdata: [],
    },
  ]);
  expect(sampleLines(samples(checkmkAgentPluginsLnx, parse(...SCRIPTS)))).toEqual([
    'roundsman_agent_scripts{kind="plugin"} 2',
    'roundsman_agent_scripts{kind="local"} 1',
  ]);
});

test("an agent without any says so, one that tells nothing has no service", () => {
  const none = parse(...SCRIPTS.slice(0, 2));
  expect(judged(checkmkAgentPluginsLnx, none)[0]?.summary).toBe("0 plugins, 0 local checks");
  expect(parse()).toBeUndefined();
});

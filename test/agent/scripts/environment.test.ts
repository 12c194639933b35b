import { expect, test } from "vitest";
import { environment } from "../../../agent/scripts/environment.ts";
import { folder } from "../../waitmax/programs.ts";
import { join } from "node:path";
import { writeFileSync } from "node:fs";

const FOLDERS = { pluginsDir: "/lib/r/plugins", configDir: "/etc/r", stateDir: "/var/r" };

test("scripts get the names that those for Checkmk's agent expect", () => {
  const bin = folder();
  writeFileSync(join(bin, "python3"), "", { mode: 0o755 });
  expect(environment(FOLDERS, { PATH: `/nonexistent:${bin}`, LC_ALL: "de_DE" })).toEqual({
    MK_BIN: "/usr/bin",
    MK_CONFDIR: "/etc/r",
    MK_LIBDIR: "/lib/r",
    MK_LOGDIR: "/var/r/log",
    MK_VARDIR: "/var/r",
    PATH: `/nonexistent:${bin}`,
    PYTHON3: join(bin, "python3"),
    REMOTE: "",
    LC_ALL: "C.UTF-8",
  });
});

test("what is set for the agent reaches its scripts, but not what is meant for it alone", () => {
  const env = environment(FOLDERS, {
    ORACLE_HOME: "/opt/oracle",
    MK_LIBDIR: "/usr/lib/check_mk_agent",
    ROUNDSMAN_AGENT_LISTEN: "x",
    NODE_OPTIONS: "--inspect",
    npm_config_prefix: "x",
  });
  expect(env).toMatchObject({
    ORACLE_HOME: "/opt/oracle",
    MK_LIBDIR: "/usr/lib/check_mk_agent",
    PATH: expect.stringContaining("/usr/bin") as string,
  });
  expect(Object.keys(env).filter((name) => /ROUNDSMAN|NODE|npm/.test(name))).toEqual([]);
});

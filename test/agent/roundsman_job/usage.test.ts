import { describe, expect, test } from "vitest";
import { parseUsage } from "../../../agent/roundsman_job/usage.ts";

const parse = (args: string, env = {}) => parseUsage(args.split(" ").filter(Boolean), env, "1.2.3");

test("options end at the name: what follows belongs to the program", () => {
  expect(parse("backup -x --state-dir y")).toEqual({
    name: "backup",
    stateDir: "/var/lib/roundsman",
    command: ["-x", "--state-dir", "y"],
  });
});

test("the state folder is told by flag, by environment, or is the usual one", () => {
  const env = { ROUNDSMAN_AGENT_STATE_DIR: "/a", MK_VARDIR: "/b" };
  expect(parse("--state-dir /c n p", env)).toMatchObject({ stateDir: "/c" });
  expect(parse("--state-dir=/c n p", env)).toMatchObject({ stateDir: "/c" });
  expect(parse("n p", env)).toMatchObject({ stateDir: "/a" });
  expect(parse("n p", { ...env, ROUNDSMAN_AGENT_STATE_DIR: "" })).toMatchObject({ stateDir: "/b" });
});

describe("it is wrong", () => {
  test.each([
    ["", "NAME is missing"],
    ["n", "PROGRAM is missing"],
    ["--state-dir", "--state-dir needs a folder"],
    ["--statedir x n p", "unknown option --statedir"],
    ["../n p", "NAME must hold neither slashes"],
    ["a\nb p", "NAME must hold neither slashes"],
    [".n p", "NAME must not begin with a dot"],
    ["n.17running p", "NAME must not end as"],
    [`${"n".repeat(201)} p`, "NAME must not be longer than 200 bytes"],
  ])("to call it with %j", (args, reason) => {
    const notice = parse(args);
    expect(notice).toMatchObject({ asked: false });
    expect("text" in notice && notice.text).toMatch(/^roundsman-job: [^\n]+\n$/);
    expect("text" in notice && notice.text).toContain(reason);
  });
});

test("--help and --version are answers", () => {
  expect(parse("--version")).toEqual({ text: "roundsman-job 1.2.3\n", asked: true });
  expect(parse("--help")).toMatchObject({ asked: true });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { job } from "../../../agent/sections/job.ts";
import { system } from "../../../agent/system.ts";
import { bin } from "../../dist.ts";
import { program, testWith } from "../../peers.ts";
import { folder, lives, until } from "../../waitmax/programs.ts";

const roundsmanJob = bin("roundsman-job");
const user = userInfo().username;

function place() {
  const state = folder();
  const files = join(state, "job", user);
  const start = (...args: string[]) => {
    const command = [roundsmanJob, "--state-dir", state, ...args];
    const child = spawn(process.execPath, command, { stdio: "pipe" });
    const said = { child, out: "", err: "" };
    child.stdout.on("data", (text) => (said.out += String(text)));
    child.stderr.on("data", (text) => (said.err += String(text)));
    return said;
  };
  const run = async (...args: string[]) => {
    const said = start(...args);
    said.child.stdin.end("input");
    const [code] = (await once(said.child, "close")) as [number | null];
    return { code, out: said.out, err: said.err };
  };
  const read = (name: string) => readFileSync(join(files, name), "utf8");
  const list = () => (existsSync(files) ? readdirSync(files).sort() : []);
  return { state, files, start, run, read, list };
}

/** Starts a job that waits; gives the pid of the job's program once it is up. */
async function waiting({ state, start }: ReturnType<typeof place>, name: string) {
  const pidFile = join(state, "pid");
  const { child } = start(
    name,
    "sh",
    "-c",
    `echo $$ >${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 60`,
  );
  await until(() => existsSync(pidFile));
  const pid = Number(readFileSync(pidFile, "utf8"));
  onTestFinished(() => {
    if (lives(pid)) process.kill(pid, "SIGKILL");
  });
  return { child, pid };
}

test("a job has our stdin, stdout, stderr and exit code, and leaves how it fared", async () => {
  const { run, read, list } = place();
  const before = Math.floor(Date.now() / 1000);
  expect(await run("my backup", "sh", "-c", "cat; echo oh >&2; exit 3")).toEqual({
    code: 3,
    out: "input",
    err: "oh\n",
  });
  expect(list()).toEqual(["my backup"]);
  const [, at = ""] =
    /^start_time (\d+)\nexit_code 3\nreal_time 0:\d\d\.\d\d\nuser_time \d+\.\d\d\n(?:[a-z_]+ [\d.]+\n)+$/.exec(
      read("my backup"),
    ) ?? [];
  expect(Number(at)).toBeGreaterThanOrEqual(before);
  expect(Number(at)).toBeLessThanOrEqual(Date.now() / 1000);
});

test("the agent's section tells what it left", async () => {
  const { state, run } = place();
  await run("backup", "true");
  const host = system();
  const body = await job({ stateDir: state }).collect(host);
  host.close();
  expect(JSON.stringify(body)).toMatch(/==> backup <==\\nstart_time \d+\\nexit_code 0\\nreal_time/);
});

test("while it runs, what the last run left stays, and a second file tells since when", async () => {
  const here = place();
  await here.run("backup", "true");
  const last = here.read("backup");
  const { child, pid } = await waiting(here, "backup");
  expect(here.list().filter((name) => !name.startsWith("."))).toEqual([
    "backup",
    `backup.${String(child.pid)}running`,
  ]);
  expect(here.read(`backup.${String(child.pid)}running`)).toMatch(/^start_time \d+\n$/);
  expect(here.read("backup")).toBe(last);
  process.kill(pid, "SIGTERM");
  expect(await once(child, "exit")).toEqual([143, null]);
  expect(here.list()).toEqual(["backup"]);
  expect(here.read("backup")).toContain("\nexit_code 143\n");
});

test.each(["SIGTERM", "SIGINT", "SIGUSR1"] as const)(
  "%s is passed on to the program",
  async (signal) => {
    const here = place();
    const script = `trap 'echo got it; exit 7' ${signal.slice(3)}; echo up; while :; do sleep 0.05; done`;
    const said = here.start("backup", "sh", "-c", script);
    await until(() => said.out === "up\n");
    said.child.kill(signal);
    expect(await once(said.child, "close")).toEqual([7, null]);
    expect(said.out).toBe("up\ngot it\n");
    expect(here.read("backup")).toContain("\nexit_code 7\n");
  },
);

test("what was killed in between leaves what can be read, and the next run cleans up", async () => {
  const here = place();
  const { child } = await waiting(here, "backup");
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = `backup.${String(child.pid)}running`;
  expect(here.read(left)).toMatch(/^start_time \d+\n$/);
  writeFileSync(join(here.files, "backup.2.4194304running"), "another job's\n");
  await here.run("backup", "true");
  expect(here.list()).toEqual(["backup", "backup.2.4194304running"]);
});

test("a run that still lasts is not taken for one that was killed", async () => {
  const here = place();
  const { child } = await waiting(here, "backup");
  await here.run("backup", "true");
  expect(here.list()).toContain(`backup.${String(child.pid)}running`);
});

testWith(program("time"))("what cannot be run fails as in a shell, and is seen to", async () => {
  const { state, run, read } = place();
  const { code, err } = await run("backup", "/nonexistent/backup");
  expect(code).toBe(127);
  expect(err).toContain("/nonexistent/backup");
  expect(read("backup")).toContain("\nexit_code 127\n");
  writeFileSync(join(state, "plain"), "");
  expect((await run("backup", join(state, "plain"))).code).toBe(126);
});

test("a job that cannot be recorded is done all the same", async () => {
  const { state, run } = place();
  writeFileSync(join(state, "job"), "in the way");
  const { code, out, err } = await run("backup", "sh", "-c", "echo done; exit 4");
  expect({ code, out }).toEqual({ code: 4, out: "done\n" });
  expect(err).toMatch(/^roundsman-job: backup is run but not recorded: E[A-Z]+: [^\n]+\n$/);
  expect((await run("backup", "/nonexistent/backup")).code).toBe(127);
});

test("a folder that leads elsewhere is not written to", async () => {
  const { state, files, run } = place();
  mkdirSync(join(state, "elsewhere"));
  mkdirSync(join(state, "job"));
  symlinkSync("../elsewhere", files);
  const { code, err } = await run("backup", "true");
  expect(code).toBe(0);
  expect(err).toContain("is not a folder of our own");
  expect(readdirSync(join(state, "elsewhere"))).toEqual([]);
});

test("wrong usage is told in one line, and nothing is run", async () => {
  const { run, list } = place();
  expect(await run("../backup", "true")).toMatchObject({ code: 125, out: "" });
  expect(list()).toEqual([]);
});

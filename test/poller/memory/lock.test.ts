import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { lockState, StateInUse } from "../../../poller/memory/lock.ts";
import { top } from "../../peers.ts";
import { eventually, temporaryFolder } from "../../programs.ts";

/** For processes of their own, which cannot read TypeScript. */
const LOCK = JSON.stringify(pathToFileURL(join(top, "dist/poller/memory/lock.js")).href);

/** A process that holds a folder, or says why it cannot. */
async function holder(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const code = `
    import { lockState } from ${LOCK};
    try {
      await lockState(process.argv[1]);
      console.log("holds");
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(error.message);
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, folder]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = await new Promise<string>((done) => {
    child.stdout.once("data", (chunk: Buffer) => done(chunk.toString().trim()));
    child.once("close", () => done("it ended"));
  });
  return { child, said };
}

const locked = async (folder: string): Promise<() => Promise<void>> => {
  const release = await lockState(folder);
  onTestFinished(release);
  return release;
};

test("a folder is held by one, and by the next once it is released", async () => {
  const folder = join(temporaryFolder(), "new", "state");
  const release = await locked(folder);
  await expect(lockState(folder)).rejects.toThrow(StateInUse);
  await release();
  expect(readdirSync(folder)).toEqual([]);
  await locked(folder);
});

test("whoever is refused is told by whom", async () => {
  const folder = temporaryFolder();
  await locked(folder);
  const { said } = await holder(folder);
  expect(said).toBe(`${folder} (state_dir) is in use by another poller (pid ${process.pid})`);
});

test("a folder is the same under another name", async () => {
  const folder = temporaryFolder();
  const link = join(temporaryFolder(), "link");
  symlinkSync(folder, link);
  await locked(folder);
  await expect(lockState(link)).rejects.toThrow(/\(pid \d+\)$/);
});

test("a folder with a name too long for sockets is held all the same", async () => {
  const folder = join(temporaryFolder(), "a".repeat(120), "b".repeat(120));
  await locked(folder);
  await expect(lockState(folder)).rejects.toThrow(StateInUse);
});

test("two folders are two", async () => {
  await locked(temporaryFolder());
  await locked(temporaryFolder());
});

describe("a holder", () => {
  test("that is killed holds nothing, and leaves nothing once another has come", async () => {
    const folder = temporaryFolder();
    const { child, said } = await holder(folder);
    expect(said).toBe("holds");
    await expect(lockState(folder)).rejects.toThrow(`(pid ${child.pid})`);
    const ended = new Promise((done) => child.once("close", done));
    child.kill("SIGKILL");
    await ended;
    await locked(folder);
    expect(readdirSync(folder)).toEqual(["serve.lock"]);
  });

  test("that stands still goes on holding", async () => {
    const folder = temporaryFolder();
    const { child } = await holder(folder);
    child.kill("SIGSTOP");
    await expect(lockState(folder)).rejects.toThrow("(it does not say which)");
  });

  test("is one, of many that come at once after a kill", async () => {
    const folder = temporaryFolder();
    const first = await holder(folder);
    const ended = new Promise((done) => first.child.once("close", done));
    first.child.kill("SIGKILL");
    await ended;
    const others = await Promise.all(Array.from({ length: 8 }, () => holder(folder)));
    expect(others.filter(({ said }) => said === "holds")).toHaveLength(1);
    const refused = others.filter(({ said }) => said.includes("is in use by another poller"));
    expect(refused).toHaveLength(7);
  });
});

test("a process that holds ends by itself when there is nothing else to do", async () => {
  const code = `import { lockState } from ${LOCK}; await lockState(process.argv[1]);`;
  const args = ["--input-type=module", "-e", code, temporaryFolder()];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  expect(await eventually(() => child.exitCode ?? undefined)).toBe(0);
});

describe("what is not as it should be", () => {
  test("a file of that name is no holder", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "serve.lock"), "4711");
    await locked(folder);
  });

  test("where there can be no folder, or no lock, that is told", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(lockState(join(folder, "file"))).rejects.toThrow(/ENOTDIR/);
    mkdirSync(join(folder, "state", "serve.lock"), { recursive: true });
    await expect(lockState(join(folder, "state"))).rejects.toThrow(/EISDIR|in use/);
    await expect(lockState("/proc/roundsman")).rejects.toThrow(/ENOENT|EACCES/);
  });

  test("the name of the machine is told where it is another", () => {
    const { message } = new StateInUse("/state", { pid: 1, host: "other" });
    expect(message).toBe("/state (state_dir) is in use by another poller (pid 1 on other)");
    const here = new StateInUse("/state", { pid: 1, host: hostname() });
    expect(here.message).toMatch(/\(pid 1\)$/);
  });
});

import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { top } from "../peers.ts";
import { eventually, freePort, temporaryFolder } from "../programs.ts";

/** `npm start` in a clone of its own, whose agent and poller listen where nobody else does. */
async function start({ config = "listen: 127.0.0.1:0\n" } = {}) {
  const clone = temporaryFolder();
  for (const name of ["dist", "node_modules"]) symlinkSync(join(top, name), join(clone, name));
  copyFileSync(join(top, "package.json"), join(clone, "package.json"));
  cpSync(join(top, "scripts"), join(clone, "scripts"), { recursive: true });
  mkdirSync(join(clone, ".roundsman"));
  writeFileSync(join(clone, ".roundsman", "poller.yaml"), config);
  const port = await freePort();
  const npm = spawn("npm", ["--prefix", clone, "start"], {
    env: { ...process.env, ROUNDSMAN_AGENT_LISTEN: `127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void npm.kill("SIGKILL"));
  let output = "";
  npm.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  npm.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // Its pipes are held by all that it started: it has closed when nothing of it is left.
  const closed = new Promise<number | null>((done) => npm.once("close", done));
  return { npm, port, closed, output: () => output };
}

test("npm start tells where the poller listens, and a signal to npm ends all of it", async () => {
  const { npm, closed, output } = await start();
  const [, url = ""] = await eventually(() => /poller {3}(http:\S+)/.exec(output()) ?? undefined);
  const answer = await fetch(`${url}/-/healthy`);
  expect(await answer.text()).toBe("healthy\n");
  npm.kill("SIGTERM");
  await closed;
  expect(output()).toContain("stopping …");
});

test("npm start whose output nobody reads any more ends all of it", async () => {
  const { npm, closed } = await start();
  npm.stdout.destroy();
  await closed;
});

test("npm start ends with one line when a port is taken", async () => {
  const other = createServer();
  const port = await new Promise<number>((done) =>
    other.listen(0, "127.0.0.1", () => done((other.address() as { port: number }).port)),
  );
  onTestFinished(() => void other.close());
  const { closed, output } = await start({ config: `listen: 127.0.0.1:${port}\n` });
  expect(await closed).toBe(1);
  expect(output()).toContain(`address already in use 127.0.0.1:${port}`);
  expect(output()).toContain("poller ended (exit code 1); stopping");
});

test("npm start ends with the place of what is wrong in the config", async () => {
  const { closed, output } = await start({ config: "hosts:\n  - { nmae: a }\n" });
  expect(await closed).toBe(1);
  expect(output()).toMatch(/poller\.yaml:2: hosts\[0\]\.nmae: unknown key \(did you mean name\?\)/);
});

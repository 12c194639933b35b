import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bin } from "../../dist.ts";
import { program, root, testWith } from "../../peers.ts";
import { eventually, freePort, runProgram, startProgram, temporaryFolder } from "../../programs.ts";
import { startAgent } from "./monitoring.ts";
import { DEPLOY } from "./rule_files.ts";

const UNIT = "roundsman-poller.service";
const unit = readFileSync(join(DEPLOY, UNIT), "utf8");
const readme = readFileSync(join(DEPLOY, "README.md"), "utf8");

/** The unit as it would be installed; the poller is the one that was built. */
function installed(): string {
  const path = join(temporaryFolder(), UNIT);
  writeFileSync(path, unit.replace("/usr/bin/roundsman-poller", bin("roundsman-poller")));
  return path;
}

describe(UNIT, () => {
  testWith(program("systemd-analyze"))("is a unit without a fault", async () => {
    const command = ["verify", "--man=no", installed()];
    const { stdout, stderr } = await runProgram("systemd-analyze", command);
    expect(stdout + stderr).toBe("");
  });

  testWith(program("systemd-analyze"))("is as exposed as the README says", async () => {
    const command = ["security", "--offline=yes", "--no-pager", installed()];
    const { stdout } = await runProgram("systemd-analyze", command);
    const exposure = Number(/Overall exposure level for \S+ ([\d.]+)/.exec(stdout)?.[1]);
    const told = Number(/exposure is ([\d.]+)/.exec(readme)?.[1]);
    expect(told).toBeGreaterThan(0);
    expect(exposure).toBeLessThanOrEqual(told);
  });

  test("keeps its state where the poller looks for it, and leaves the memory that Node needs to write and run", () => {
    expect(unit).toMatch(/^StateDirectory=roundsman-poller$/m);
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute/m);
    expect(unit).toMatch(/^Type=simple$/m);
  });
});

testWith(
  root,
  program("setpriv"),
  program("unshare"),
)(
  "without any right, with nothing but its own processes in /proc, the poller polls, serves and keeps its state",
  async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const state = join(folder, "state");
    mkdirSync(state, { mode: 0o700 });
    chownSync(state, NOBODY, NOBODY);
    const agent = await startAgent(["--plugins", folder, "--local", folder]);
    const port = await freePort();
    const config = join(folder, "poller.yaml");
    writeFileSync(
      config,
      `listen: 127.0.0.1:${port}
poll: { interval: 2s, timeout: 1s }
hosts: [{ name: here, address: 127.0.0.1, port: ${agent.port} }]
`,
    );
    const node = join(folder, "node");
    copyFileSync(process.execPath, node);
    const rights = `--reuid=${NOBODY} --regid=${NOBODY} --clear-groups --bounding-set=-all --no-new-privs`;
    const poller = await startProgram(
      "unshare",
      [
        ...["--mount", "sh", "-c"],
        `mount -t proc -o subset=pid,hidepid=invisible proc /proc &&
        exec env STATE_DIRECTORY=${state} setpriv ${rights} ${node} "$0" serve --config ${config}`,
        bin("roundsman-poller"),
      ],
      "ready",
    );
    const metrics = await eventually(async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return text.includes('roundsman_up{instance="here"} 1') ? text : undefined;
    });
    expect(metrics).toMatch(/^process_resident_memory_bytes [1-9]/m);
    expect(metrics).toMatch(/^process_open_fds [1-9]/m);
    expect(poller.output()).not.toContain("cannot be written");
    await poller.stop();
    expect(readFileSync(join(state, "store.mdb")).includes("here")).toBe(true);
  },
);

const NOBODY = 65_534;

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Need } from "../peers.ts";
import { until } from "./programs.ts";

/** A frozen task does not die of SIGKILL until it is thawed, much as one in uninterruptible sleep. */
const FREEZER = "/sys/fs/cgroup/freezer";
export const freezer: Need = {
  what: "no cgroup v1 freezer",
  there: existsSync(join(FREEZER, "cgroup.procs")),
};

/** A cgroup with a switch; thawed, emptied and removed after the test. */
export function cgroup(): { procs: string; freeze: () => Promise<void>; thaw: () => void } {
  const path = join(FREEZER, `roundsman-test-${process.pid}-${Date.now()}`);
  const procs = join(path, "cgroup.procs");
  const state = join(path, "freezer.state");
  const thaw = (): void => writeFileSync(state, "THAWED");
  mkdirSync(path);
  onTestFinished(async () => {
    thaw();
    await until(() => readFileSync(procs, "utf8") === "");
    rmdirSync(path);
  });
  return {
    procs,
    thaw,
    async freeze() {
      writeFileSync(state, "FROZEN");
      await until(() => readFileSync(state, "utf8") === "FROZEN\n");
    },
  };
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { top } from "../peers.ts";

/** A misbehaving program of test/fixtures/programs. */
export const program = (name: string): string => join(top, "test", "fixtures", "programs", name);

/** A folder that is removed after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "roundsman-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Resolves when a thing is so; fails when it is not within half a minute. */
export async function until(so: () => boolean): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (so()) return;
    await sleep(20);
  }
  throw new Error(`never so: ${so.toString()}`);
}

/** Whether a process is there and no zombie. */
export function lives(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

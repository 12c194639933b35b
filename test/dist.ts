import { readFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "./peers.ts";

/** Path of a built program, as package.json names it under `bin`; the test run has built it. */
export function bin(name: string): string {
  const { bin: programs } = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  const path = programs[name];
  if (path === undefined) throw new Error(`package.json knows no program ${name}`);
  return join(top, path);
}

import { cpSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { top } from "../peers.ts";
import { runProgram, temporaryFolder } from "../programs.ts";

test("packages that are only linked to are not installed anew, which would delete them", async () => {
  const [clone, packages] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(packages, "somebody's"), "");
  symlinkSync(packages, join(clone, "node_modules"));
  cpSync(join(top, "scripts"), join(clone, "scripts"), { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    cpSync(join(top, name), join(clone, name));
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(clone, "package-lock.json"), later, later);
  mkdirSync(join(clone, "dist"));
  writeFileSync(join(clone, "dist", ".built"), "");
  await runProgram(process.execPath, [join(clone, "scripts", "prepare.mjs")]);
  expect(existsSync(join(packages, "somebody's"))).toBe(true);
});

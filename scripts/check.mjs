/** `npm run check`: formatting, lint and types; all three are shown, whichever fails. */
import { prepare, runPackage } from "./prepare.mjs";

await prepare({ built: false });
const codes = [
  await runPackage("prettier/bin/prettier.cjs", ["--check", "--log-level", "warn", "."]),
  await runPackage("eslint/bin/eslint.js", ["."]),
  await runPackage("typescript/bin/tsc", ["-p", "."]),
];
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
if (process.exitCode === 0) process.stdout.write("prettier, eslint and tsc find nothing\n");

/** `npm test [-- vitest's arguments]`: every test that this machine can run. */
import { prepare, runPackage } from "./prepare.mjs";

await prepare({ built: false }); // vitest builds, see its config
process.exitCode = await runPackage("vitest/vitest.mjs", ["run", ...process.argv.slice(2)]);

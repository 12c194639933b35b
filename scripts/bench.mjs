/** `npm run bench [-- NAME …]`: measures against the C tools and prints tables. */
import { join } from "node:path";
import { manifest, prepare, run, top } from "./prepare.mjs";

process.stdout.write(`roundsman ${manifest.version}, Node ${process.versions.node}\n`);
await prepare();
process.exitCode = await run(process.execPath, [
  join(top, "dist", "test", "bench", "main.js"),
  ...process.argv.slice(2),
]);

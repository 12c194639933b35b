import { existsSync, readFileSync } from "node:fs";

// The manifest lies one folder above the sources and two above what is built from them.
const manifest = ["../package.json", "../../package.json"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

/** X.Y.Z as the package's manifest says. */
export const version: string = manifest
  ? (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version
  : "0.0.0";

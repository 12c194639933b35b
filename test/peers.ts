import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";

/** The project's top folder. */
export const top = dirname(dirname(fileURLToPath(import.meta.url)));

/** Something a test cannot do without, that not every machine has. */
export interface Need {
  readonly what: string;
  readonly there: boolean;
}

/** A program on PATH or where distributions keep those of the system's administrator. */
export const program = (name: string): Need => ({
  what: `${name} is not installed`,
  there: [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"].some((folder) =>
    executable(join(folder, name)),
  ),
});

/** The reference material beside the project: corpus, load tools. */
export const shared: Need & { readonly path: string } = {
  what: "../shared is not there",
  path: join(dirname(top), "shared"),
  there: existsSync(join(dirname(top), "shared", "corpus")),
};

export const root: Need = { what: "not root", there: process.getuid?.() === 0 };

type Testing = (title: string, run: () => void | Promise<void>) => void;

/**
 * `test`, or where something is missing a skipped test that says what. Under
 * ROUNDSMAN_REQUIRE_PEERS=1 nothing may be missing: then it fails.
 */
export function testWith(...needs: readonly Need[]): Testing {
  const missing = needs.filter((need) => !need.there).map((need) => need.what);
  if (missing.length === 0) return test;
  const reason = missing.join(", ");
  return process.env["ROUNDSMAN_REQUIRE_PEERS"] === "1"
    ? (title) => test(title, () => Promise.reject(new Error(reason)))
    : (title) => test(title, ({ skip }) => skip(reason));
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

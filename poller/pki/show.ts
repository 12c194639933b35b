import type { Entry } from "./inventory.ts";

/** One line per certificate: name, role, expiry or what is wrong, whom it is for. */
export function asText(entries: readonly Entry[]): string {
  const rows = entries.map(({ name, role, names, expiry, problem }) => [
    name,
    role,
    problem === undefined || problem === expiry ? expiry : `${problem}, ${expiry}`,
    names.join(" "),
  ]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}

/** `{"certificates":[{"name","file","role","names":[],"not_after":"2027-…Z","problem"}]}`. */
export const asJson = (entries: readonly Entry[]): string =>
  `${JSON.stringify({
    certificates: entries.map(({ name, file, role, names, notAfter, problem }) => ({
      name,
      file,
      role,
      names,
      not_after: notAfter?.toISOString(),
      problem,
    })),
  })}\n`;

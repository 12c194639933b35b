/** Lines of tables that come in chunks. */
import type { System } from "../section.ts";

/** Hands over each line of a long table; false where there is no such file. */
export async function eachLine(
  system: System,
  path: string,
  take: (line: string) => void,
): Promise<boolean> {
  let torn = "";
  const there = await system.readLong(path, (chunk) => {
    const lines = (torn + chunk).split("\n");
    torn = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  if (torn !== "") take(torn);
  return there;
}

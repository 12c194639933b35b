/**
 * Tables that a Windows host is asked for: a line of column names, a line for each row. Where there
 * are several, each has its name above it.
 *
 *     [system_perf]
 *     Name|Processes|Threads|WMIStatus
 *     |141|1403|OK
 *
 * Source: Windows Management Instrumentation, classes Win32_PerfRawData_…
 */
import { ParseError } from "../judge/check.ts";
import { decimal } from "../judge/numbers.ts";
import { unsigned } from "./winperf.ts";

/** Cells by the names of their columns, in lower case. */
export type Entry = ReadonlyMap<string, string>;

const TITLE = /^\[(\w+)\]$/;

/**
 * The rows of each table by the tables' names; that of a table alone is empty. Throws ParseError
 * where the host had no time to answer.
 */
export function readTables(rows: Iterable<readonly string[]>): ReadonlyMap<string, Entry[]> {
  const tables = new Map<string, Entry[]>();
  let name = "";
  let columns: readonly string[] | undefined;
  let isLate = false;
  for (const row of rows) {
    const [first = ""] = row;
    const [, title] = row.length === 1 ? (TITLE.exec(first) ?? []) : [];
    if (title !== undefined) [name, columns] = [title, undefined];
    else if (row.length === 1) isLate ||= /timeout/i.test(first);
    else if (columns === undefined) columns = row.map((cell) => cell.trim().toLowerCase());
    else {
      const names = columns;
      const entry = new Map(row.map((cell, at) => [names[at] ?? "", cell.trim()]));
      const table = tables.get(name);
      if (/timeout/i.test(entry.get("wmistatus") ?? "")) isLate = true;
      else if (table) table.push(entry);
      else tables.set(name, [entry]);
    }
  }
  if (tables.size === 0 && isLate) throw new ParseError("the host was asked, and did not answer");
  return tables;
}

/** A number in a row; one that is counted and negative has lost its 33rd bit. */
export function numberIn(entry: Entry | undefined, column: string): number | undefined {
  const value = decimal(entry?.get(column.toLowerCase()));
  return value === undefined ? undefined : unsigned(value);
}

import { ParseError } from "../judge/check.ts";
import { gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { clock, kilobytes, type Process, Sorter } from "../readings/processes.ts";
import { ps } from "./ps.ts";

/**
 * Processes, as agents for Linux send them.
 *
 * Section: ps_lnx   Source: ps(1), columns named by a line `[header]`; the time in front of them
 * Params: groups: as of `ps`
 */
export const psLnx: typeof ps = {
  ...ps,
  section: "ps_lnx",
  formOf: "ps",

  parse(rows, { groups } = ps.params) {
    const sorter = new Sorter(groups);
    let columns: readonly string[] | undefined;
    let time: number | undefined;
    let count = 0;
    for (const line of rows.lines()) {
      if (columns) {
        count++;
        const names = columns;
        sorter.add(() => readProcess(line, names));
      } else if (line.startsWith(HEADER)) columns = readHeader(line);
      else time ??= decimal(line);
    }
    if (time !== undefined && !columns) throw new ParseError("no names of columns");
    if (count === 0) return undefined;
    return { time, count, groups: sorter.groups() };
  },

  time: ({ time }) => time,

  metrics: [
    ...ps.metrics,
    gauge("node_processes_pids", "Number of processes.", ({ count }) => count),
  ],
};

const HEADER = "[header] ";
const DELETED = "(deleted) ";

/** Names of columns, of which the last is COMMAND. Throws ParseError. */
function readHeader(line: string): readonly string[] {
  const columns = line.slice(HEADER.length).split(" ");
  if (columns.at(-1) !== "COMMAND") throw new ParseError("COMMAND is not the last column", line);
  return columns;
}

function readProcess(line: string, columns: readonly string[]): Process {
  const values = new Map<string, string>();
  let rest = line;
  for (const column of columns.slice(0, -1)) {
    const blank = rest.indexOf(" ");
    const end = blank < 0 ? rest.length : blank;
    values.set(column, rest.slice(0, end));
    rest = rest.slice(end + 1);
    if (column === "CGROUP" && rest.startsWith(DELETED)) rest = rest.slice(DELETED.length);
  }
  return {
    user: values.get("USER") ?? "",
    command: rest,
    pid: values.get("PID"),
    virtual: kilobytes(values.get("VSZ")),
    resident: kilobytes(values.get("RSS")),
    cpuSeconds: clock(values.get("TIME")),
    age: clock(values.get("ELAPSED")),
  };
}

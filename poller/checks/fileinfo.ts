import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, found, measured } from "../judge/findings.ts";
import { bytes, duration, plural } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { type Levels, NEVER, NEVER_BELOW } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { UNKNOWN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";

export interface FileInfos {
  /** Epoch seconds when the host looked. */
  readonly time: number;
  readonly files: readonly FileInfo[];
}

export interface FileInfo {
  /** Where it is, or the pattern that found nothing. */
  readonly path: string;
  /** `ok`, `missing`, `stat failed: …`. */
  readonly status: string;
  /** Bytes. */
  readonly size?: number | undefined;
  /** Epoch seconds. */
  readonly mtime?: number | undefined;
}

interface Group {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[] | undefined;
}

interface Params {
  readonly largest: Levels;
  readonly smallest: Levels;
  readonly oldest: Levels;
  readonly newest: Levels;
  readonly groups: readonly Group[];
}

const GROUP: Group = { name: "", include: [""] };

/**
 * Files that are watched: whether they are there, their size and age.
 *
 * Section: fileinfo   Source: the files that fileinfo.cfg names (stat(2))
 * Systems: Linux, Windows
 * Params: largest, smallest: bytes, upper and lower; oldest, newest: seconds since the last change,
 *         upper and lower; groups: files (`*`, `?`) that are one service
 */
export const fileinfo: Check<FileInfos, Params> = {
  section: "fileinfo",
  params: {
    largest: NEVER,
    smallest: NEVER_BELOW,
    oldest: NEVER,
    newest: NEVER_BELOW,
    groups: [],
  },
  example: {
    groups: [GROUP, { ...GROUP, exclude: [""] }],
  },

  parse(rows) {
    let time: number | undefined;
    let columns = OLD_COLUMNS;
    let isTitle = false;
    const found = new Map<string, FileInfo>();
    for (const row of rows) {
      const [first = ""] = row;
      if (time === undefined) {
        time = integer(first);
        if (time === undefined) throw new ParseError("no time", first);
      } else if (first === "[[[header]]]") isTitle = true;
      else if (isTitle) {
        columns = row;
        isTitle = false;
      } else if (first !== "[[[content]]]") {
        const file = readFile(row, columns);
        if (file) found.set(file.path, file);
      }
    }
    return time === undefined ? undefined : { time, files: [...found.values()] };
  },

  time: (infos) => infos.time,

  metrics: [
    each((infos: FileInfos) => infos.files, { path: (file) => file.path }, [
      gauge("roundsman_file_exists", "Whether a watched file is there.", ({ status }) =>
        status === "ok" ? 1 : status === "missing" ? 0 : undefined,
      ),
      gauge("roundsman_file_size_bytes", "Size of a watched file.", (file) => file.size),
      gauge(
        "roundsman_file_mtime_timestamp_seconds",
        "When a watched file was last changed, in epoch seconds.",
        (file) => file.mtime,
      ),
    ]),
  ],

  *evaluate({ time, files }, { params }) {
    const grouped = new Set<FileInfo>();
    for (const { name, include, exclude = [] } of params.groups) {
      const members = files.filter(
        ({ path }) => matchesAny(path, include) && !matchesAny(path, exclude),
      );
      for (const member of members) grouped.add(member);
      yield conclude(`File group ${name}`, together(members, time, params), name);
    }
    for (const file of files)
      if (!grouped.has(file))
        yield conclude(`File ${file.path}`, alone(file, time, params), file.path);
  },
};

function alone({ status, size, mtime }: FileInfo, time: number, params: Params): Finding[] {
  if (status === "missing") return [{ state: UNKNOWN, text: "File not found" }];
  if (status !== "ok") return [{ state: UNKNOWN, text: `File ${status}` }];
  return [
    ...found("Size", { name: "size", value: size, levels: sizes(params) }, bytes),
    ...found("Age", { name: "age", value: since(time, mtime), levels: ages(params) }, duration),
  ];
}

/** Levels hold for each file: the extremes stand for all. */
function together(files: readonly FileInfo[], time: number, params: Params): Finding[] {
  const there = files.filter(({ status }) => status === "ok");
  const count = { name: "count", value: there.length };
  const failed = files.length - there.length;
  const total = there.reduce((sum, { size = 0 }) => sum + size, 0);
  const extremes = (
    label: string,
    names: readonly [least: string, most: string],
    read: (file: FileInfo) => number | undefined,
    { lower, upper }: Record<"lower" | "upper", Levels>,
    render: (value: number) => string,
  ): Finding[] => {
    const values = there.flatMap((file) => read(file) ?? []);
    const over = (pick: (a: number, b: number) => number): number | undefined =>
      values.length === 0 ? undefined : values.reduce((a, b) => pick(a, b));
    return [
      ...found(
        `Least ${label}`,
        { name: names[0], value: over(Math.min), levels: { lower } },
        render,
      ),
      ...found(
        `Most ${label}`,
        { name: names[1], value: over(Math.max), levels: { upper } },
        render,
      ),
    ];
  };
  return [
    measured(plural(there.length, "file"), count),
    ...(failed > 0 ? [{ text: `${failed} missing` }] : []),
    measured(`Size: ${bytes(total)}`, { name: "size", value: total }),
    ...extremes(
      "size",
      ["size_smallest", "size_largest"],
      ({ size }) => size,
      sizes(params),
      bytes,
    ),
    ...extremes(
      "age",
      ["age_newest", "age_oldest"],
      ({ mtime }) => since(time, mtime),
      ages(params),
      duration,
    ),
  ];
}

const sizes = ({ largest, smallest }: Params) => ({ upper: largest, lower: smallest });
const ages = ({ oldest, newest }: Params) => ({ upper: oldest, lower: newest });

/** Before there were titles; of a file that is not there `NAME|missing|NOW`. */
const OLD_COLUMNS: readonly string[] = ["name", "size", "time"];

function readFile(row: readonly string[], columns: readonly string[]): FileInfo | undefined {
  const cell = (column: string): string | undefined => row[columns.indexOf(column)];
  const path = cell("name") ?? "";
  const told = columns.includes("status") ? cell("status") : oldStatus(row[1]);
  if (path === "" || told === undefined) return undefined;
  const [size, mtime] = [decimal(cell("size")), decimal(cell("time"))];
  return told === "ok" ? { path, status: told, size, mtime } : { path, status: told };
}

const oldStatus = (text: string | undefined): string | undefined =>
  decimal(text) === undefined ? text : "ok";

/**
 * Files of the databases of Microsoft SQL Server.
 *
 * Source: sys.database_files, FILEPROPERTY (Transact-SQL)
 */
import type { Result } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { judge, type Levels, NEVER, scaled } from "../judge/levels.ts";
import { each, gauge, of, type PerThing } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import {
  type Answers,
  instanceName,
  itemOf,
  type Place,
  placeLabels,
  readAnswers,
  refused,
} from "./mssql.ts";

export interface DatabaseFile extends Place {
  /** Its logical name. */
  readonly file: string;
  /** Bytes that it may grow to; absent: until the disk is full. */
  readonly maximum?: number | undefined;
  /** Bytes. */
  readonly allocated: number;
  readonly used: number;
}

export type DatabaseFiles = Answers<DatabaseFile>;

export interface FileParams {
  /** Ratio of the size that a file may grow to. */
  readonly used: Levels;
  /** Ratio of the size that it has now. */
  readonly allocatedUsed: Levels;
  /** Bytes. */
  readonly allocated: Levels;
}

export const fileParams: FileParams = {
  used: { warn: 0.8, crit: 0.9 },
  allocatedUsed: NEVER,
  allocated: NEVER,
};

const MEGABYTE = 2 ** 20;

/** `INSTANCE|DATABASE|FILE|PATH|MAXIMUM|ALLOCATED|USED|UNLIMITED`, sizes in MiB. */
export const readFiles = (rows: Iterable<readonly string[]>): DatabaseFiles | undefined =>
  readAnswers(
    rows,
    ([instance = "", database = "", file = "", , ...facts]) => {
      const [maximum, allocated, used] = facts.slice(0, 3).map(integer);
      if (maximum === undefined || allocated === undefined || used === undefined) return undefined;
      return {
        instance: instanceName(instance),
        database,
        file,
        maximum: facts[3] === "1" ? undefined : Math.max(maximum, allocated) * MEGABYTE,
        allocated: allocated * MEGABYTE,
        used: used * MEGABYTE,
      };
    },
    fileItem,
  );

const fileItem = ({ instance, database, file }: DatabaseFile): string =>
  [instance, database, file].join(".");

/** Families that begin with `roundsman_mssql_` and the kind of the files. */
export const fileMetrics = (kind: "datafile" | "transactionlog"): PerThing<DatabaseFiles> =>
  of(
    ({ things }: DatabaseFiles) => things,
    each(
      (files: readonly DatabaseFile[]) => files,
      { ...placeLabels, file: ({ file }: DatabaseFile) => file },
      [
        gauge(
          `roundsman_mssql_${kind}_used_bytes`,
          "Bytes of a file that are in use.",
          (one) => one.used,
        ),
        gauge(`roundsman_mssql_${kind}_allocated_bytes`, "Size of a file.", (one) => one.allocated),
        gauge(
          `roundsman_mssql_${kind}_max_bytes`,
          "Size that a file may grow to; none where only the disk is a limit.",
          (one) => one.maximum,
        ),
      ],
    ),
  );

export function* fileResults(
  title: string,
  { things, refusals }: DatabaseFiles,
  params: FileParams,
): Generator<Result> {
  for (const one of things)
    yield conclude(`${title} ${fileItem(one)}`, sizes(one, params), fileItem(one));
  for (const one of refusals) yield refused(`${title}s ${itemOf(one)}`, one, itemOf(one));
}

function sizes({ maximum, allocated, used }: DatabaseFile, params: FileParams): Finding[] {
  const upper = maximum === undefined ? NEVER : scaled(params.used, maximum);
  const bounds = { min: 0, max: maximum };
  const full = allocated > 0 ? used / allocated : 0;
  const fullness = judge(full, { upper: params.allocatedUsed }, percent);
  return [
    measured(
      `Used: ${bytes(used)}`,
      { name: "data_size", value: used, levels: { upper }, ...bounds },
      bytes,
    ),
    measured(
      `Allocated: ${bytes(allocated)}`,
      {
        name: "allocated_size",
        value: allocated,
        levels: { upper: params.allocated },
        ...bounds,
      },
      bytes,
    ),
    { text: `Allocated used: ${percent(full)}${fullness.text}`, state: fullness.state },
    { text: `Maximum size: ${maximum === undefined ? "unlimited" : bytes(maximum)}` },
  ];
}

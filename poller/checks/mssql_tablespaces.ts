import type { Check } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { type Levels, NEVER, NEVER_BELOW } from "../judge/levels.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import {
  type Answers,
  instanceName,
  itemOf,
  type Place,
  placeLabels,
  readAnswers,
  refused,
} from "../readings/mssql.ts";

/** Bytes, in the order of `PARTS`. */
export interface Tablespace extends Place {
  readonly sizes: readonly number[];
}

type Params = Readonly<Record<(typeof PARTS)[number]["name"], Levels>>;

const PARTS = [
  { name: "size", text: "Size", help: "Size of a database, with its log." },
  { name: "unallocated", text: "Unallocated space", help: "Space that belongs to no object." },
  { name: "reserved", text: "Reserved space", help: "Space given to objects." },
  { name: "data", text: "Data", help: "Space that data take." },
  { name: "indexes", text: "Indexes", help: "Space that indexes take." },
  { name: "unused", text: "Unused", help: "Space given to objects and not used by them." },
] as const;

const UNITS: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["KB", 2 ** 10],
  ["MB", 2 ** 20],
  ["GB", 2 ** 30],
  ["TB", 2 ** 40],
]);

/**
 * Space of the databases of Microsoft SQL Server.
 *
 * Section: mssql_tablespaces   Source: sp_spaceused (Transact-SQL)
 * Systems: Windows
 * Params: size, reserved, data, indexes, unused: bytes; unallocated: bytes, lower
 */
export const mssqlTablespaces: Check<Answers<Tablespace>, Params> = {
  section: "mssql_tablespaces",
  params: {
    size: NEVER,
    unallocated: NEVER_BELOW,
    reserved: NEVER,
    data: NEVER,
    indexes: NEVER,
    unused: NEVER,
  },

  parse: (rows) => readAnswers(rows, readTablespace),

  metrics: [
    of(
      ({ things }: Answers<Tablespace>) => things,
      each(
        (tablespaces: readonly Tablespace[]) => tablespaces,
        placeLabels,
        PARTS.map(({ name, help }, part) =>
          gauge(`roundsman_mssql_tablespace_${name}_bytes`, help, ({ sizes }) => sizes[part]),
        ),
      ),
    ),
  ],

  *evaluate({ things, refusals }, { params }) {
    for (const one of things) {
      const [size = 0] = one.sizes;
      const findings = PARTS.map(({ name, text }, part) => {
        const value = one.sizes[part] ?? 0;
        const share = name === "size" || size <= 0 ? "" : `, ${percent(value / size)}`;
        const levels = name === "unallocated" ? { lower: params[name] } : { upper: params[name] };
        const quiet = name !== "size" && name !== "unallocated";
        return {
          ...measured(`${text}: ${bytes(value)}${share}`, { name, value, levels }, bytes),
          quiet,
        };
      });
      yield conclude(`MSSQL ${itemOf(one)} Sizes`, findings, itemOf(one));
    }
    for (const one of refusals) yield refused(`MSSQL ${itemOf(one)} Sizes`, one, itemOf(one));
  },
};

/** `INSTANCE DATABASE 36.88 MB 1.02 MB …`; names may hold blanks. */
function readTablespace(row: readonly string[]): Tablespace | undefined {
  const names = row.slice(0, -2 * PARTS.length);
  const columns = row.slice(names.length);
  const sizes = PARTS.flatMap((_, part) => {
    const count = decimal(columns[2 * part]);
    const unit = UNITS.get(columns[2 * part + 1] ?? "");
    return count === undefined || count < 0 || unit === undefined ? [] : [count * unit];
  });
  const [instance = "", ...database] = names;
  if (sizes.length < PARTS.length || database.length === 0) return undefined;
  return { instance: instanceName(instance), database: database.join(" "), sizes };
}

import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import {
  type Answers,
  instanceName,
  itemOf,
  type Place,
  placeLabels,
  readAnswers,
  refused,
} from "../readings/mssql.ts";

export interface Connections extends Place {
  readonly count: number;
}

interface Params {
  readonly connections: Levels;
}

/**
 * How many connections the databases of Microsoft SQL Server have.
 *
 * Section: mssql_connections   Source: sys.sysprocesses (Transact-SQL)
 * Systems: Windows
 * Params: connections: how many
 */
export const mssqlConnections: Check<Answers<Connections>, Params> = {
  section: "mssql_connections",
  params: { connections: NEVER },

  parse: (rows) => readAnswers(rows, readConnections),

  metrics: [
    of(
      ({ things }: Answers<Connections>) => things,
      each((connections: readonly Connections[]) => connections, placeLabels, [
        gauge(
          "roundsman_mssql_connections",
          "Connections that a database has.",
          ({ count }) => count,
        ),
      ]),
    ),
  ],

  *evaluate({ things, refusals }, { params }) {
    for (const one of things) {
      const levels = { upper: params.connections };
      yield conclude(
        `MSSQL Connections ${itemOf(one)}`,
        found("Connections", { name: "connections", value: one.count, levels }),
        itemOf(one),
      );
    }
    for (const one of refusals) yield refused(`MSSQL Connections ${itemOf(one)}`, one, itemOf(one));
  },
};

/** Names may hold blanks. */
function readConnections(row: readonly string[]): Connections | undefined {
  const [instance = "", ...rest] = row;
  const count = integer(rest.at(-1));
  const database = rest.slice(0, -1).join(" ");
  if (count === undefined || count < 0 || database === "") return undefined;
  return { instance: instanceName(instance), database, count };
}

import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { CRIT, OK, type State, WARN } from "../judge/state.ts";
import {
  type Answers,
  instanceName,
  itemOf,
  type Place,
  placeLabels,
  readAnswers,
  refused,
} from "../readings/mssql.ts";

export interface Database extends Place {
  /** As in sys.databases: `ONLINE`, `RECOVERY_PENDING` … */
  readonly status: string;
  /** `FULL`, `SIMPLE`, `BULK_LOGGED`. */
  readonly recovery: string;
  readonly closesItself: boolean;
  readonly shrinksItself: boolean;
}

interface Params {
  readonly states: Readonly<Record<string, State>>;
  readonly autoClose: State;
  readonly autoShrink: State;
}

/** Others are CRIT: something is broken. A database is offline because somebody took it there. */
const STATES: ReadonlyMap<string, State> = new Map([
  ["ONLINE", OK],
  ["OFFLINE", WARN],
  ["RESTORING", WARN],
  ["RECOVERING", WARN],
]);

/**
 * States and options of the databases of Microsoft SQL Server.
 *
 * Section: mssql_databases   Source: sys.databases (Transact-SQL)
 * Systems: Windows
 * Params: states: what a status is worth: else ONLINE is OK, OFFLINE, RESTORING and RECOVERING are
 *         WARN, others CRIT; autoClose, autoShrink: what it is worth that such an option is on
 */
export const mssqlDatabases: Check<Answers<Database>, Params> = {
  section: "mssql_databases",
  params: { states: {}, autoClose: WARN, autoShrink: WARN },
  example: { states: { "*": OK } },
  states: ["states", "autoClose", "autoShrink"],

  parse: (rows) => readAnswers(rows, readDatabase),

  metrics: [
    of(
      ({ things }: Answers<Database>) => things,
      each((databases: readonly Database[]) => databases, placeLabels, [
        gauge("roundsman_mssql_database_online", "Whether the database is online.", ({ status }) =>
          Number(status === "ONLINE"),
        ),
        gauge(
          "roundsman_mssql_database_auto_close",
          "Whether the database closes when nobody uses it.",
          ({ closesItself }) => Number(closesItself),
        ),
        gauge(
          "roundsman_mssql_database_auto_shrink",
          "Whether the files of the database shrink by themselves.",
          ({ shrinksItself }) => Number(shrinksItself),
        ),
      ]),
    ),
  ],

  *evaluate({ things, refusals }, { params }) {
    for (const one of things)
      yield conclude(`MSSQL ${itemOf(one)} Database`, condition(one, params), itemOf(one));
    for (const one of refusals) yield refused(`MSSQL ${itemOf(one)} Database`, one, itemOf(one));
  },
};

/** A status of two words was sent as two fields. */
function readDatabase(row: readonly string[]): Database | undefined {
  if (row.length < 6) return undefined;
  const [recovery = "", close, shrink] = row.slice(-3);
  return {
    instance: instanceName(row[0] ?? ""),
    database: row[1] ?? "",
    status: row.slice(2, -3).join("_").trim(),
    recovery,
    closesItself: close === "1",
    shrinksItself: shrink === "1",
  };
}

function condition(one: Database, { states, autoClose, autoShrink }: Params): Finding[] {
  const { status, recovery, closesItself, shrinksItself } = one;
  const option = (text: string, isOn: boolean, state: State): Finding => ({
    text: `${text}: ${isOn ? "on" : "off"}`,
    state: isOn ? state : OK,
  });
  // Whatever a host says: not all that a plain object answers to was set.
  const set = Object.hasOwn(states, status) ? states[status] : undefined;
  return [
    { text: `Status: ${status}`, state: set ?? STATES.get(status) ?? CRIT },
    { text: `Recovery: ${recovery}` },
    option("Auto close", closesItself, autoClose),
    option("Auto shrink", shrinksItself, autoShrink),
  ];
}

import type { Check } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { percent, plural } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { CRIT, OK, WARN } from "../judge/state.ts";

export interface ExasolDatabase {
  readonly name: string;
  /** Ratio of what the fullest node has; in which unit that is told, is not. */
  readonly used?: number | undefined;
  /**
   * When backups expire, as `2026-01-31 10:28`, by the cluster's clock: first those that the last one
   * needs, then the last one. Empty: there is none that could be used.
   */
  readonly expirations: readonly string[];
}

type Databases = readonly ExasolDatabase[];

interface Params {
  readonly used: Levels;
}

const TITLE = /^\[\[\[(.*)\]\]\]$/;
const EXPIRATION = /^backup_expiration\s+(\d{4}-\d\d-\d\d \d\d:\d\d)/;

/**
 * Space and backups of the databases of an Exasol cluster.
 *
 * Section: exasol_database   Source: getDatabaseInfo and getBackupInfo of Exasol's XML-RPC API
 * Systems: Exasol
 * Params: used: ratio of the space of the fullest node
 */
export const exasolDatabase: Check<Databases, Params> = {
  section: "exasol_database",
  params: { used: { warn: 0.8, crit: 0.9 } },

  parse(rows) {
    const found = new Map<string, { sizes: Map<string, number>; expirations: string[] }>();
    let current: { sizes: Map<string, number>; expirations: string[] } | undefined;
    for (const line of rows.lines()) {
      const [, name] = TITLE.exec(line) ?? [];
      if (name !== undefined) {
        current = { sizes: new Map(), expirations: [] };
        found.set(name, current);
        continue;
      }
      const [, expiration] = EXPIRATION.exec(line) ?? [];
      if (expiration !== undefined) current?.expirations.push(expiration);
      const [key = "", text] = line.split(/\s+/, 2);
      const value = decimal(text);
      if (value !== undefined && value >= 0) current?.sizes.set(key, value);
    }
    if (found.size === 0) return undefined;
    return Array.from(found, ([name, { sizes, expirations }]) => {
      const [usage, free] = [sizes.get("usage"), sizes.get("free")];
      const all = usage === undefined || free === undefined ? 0 : usage + free;
      return { name, used: all > 0 ? (usage ?? 0) / all : undefined, expirations };
    });
  },

  metrics: [
    each((databases: Databases) => databases, { database: ({ name }) => name }, [
      gauge(
        "roundsman_exasol_database_used_ratio",
        "How full the fullest node is.",
        ({ used }) => used,
      ),
      gauge(
        "roundsman_exasol_database_backups",
        "The last backup that can be used, with those that it needs.",
        ({ expirations }) => expirations.length,
      ),
    ]),
  ],

  *evaluate(databases, { params }) {
    for (const { name, used, expirations } of databases) {
      if (used !== undefined) {
        const levels = { upper: scaled(params.used, 100) };
        const perf = { name: "exasol_db_size_perc", value: used * 100, levels, min: 0, max: 100 };
        const bound = (value: number): string => percent(value / 100);
        const finding = measured(`Used: ${percent(used)}`, perf, bound);
        yield conclude(`Database ${name} usage`, [finding], name);
      }
      yield conclude(`Database ${name} backup`, [backup(expirations)], name);
    }
  },
};

/** A backup is worth no more than what it needs. */
function backup(expirations: readonly string[]): Finding {
  const last = expirations.at(-1);
  if (last === undefined) return { text: "No backup that could be used", state: CRIT };
  const first = expirations.reduce((earliest, time) => (time < earliest ? time : earliest), last);
  const count = plural(expirations.length, "backup");
  if (first < last)
    return {
      text: `${count}, one expires at ${first}, before the last that needs it`,
      state: WARN,
    };
  return { text: `${count}, the last expires at ${last}`, state: OK };
}

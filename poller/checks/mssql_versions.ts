import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { instanceName } from "../readings/mssql.ts";

export interface Version {
  readonly instance: string;
  /** `10.50.1600.1`. */
  readonly version: string;
  readonly edition: string;
}

/**
 * Versions of Microsoft SQL Server, as plugins sent them before there was `mssql_instance`.
 *
 * Section: mssql_versions   Source: SERVERPROPERTY (Transact-SQL)
 * Systems: Windows
 * Params: none
 */
export const mssqlVersions: Check<readonly Version[]> = {
  section: "mssql_versions",
  params: {},

  parse(rows) {
    const found = new Map<string, Version>();
    for (const line of rows.lines()) {
      const [first = "", version = "", ...rest] = line.split(/[\s|]+/);
      const instance = instanceName(first);
      if (/^\d/.test(version)) found.set(instance, { instance, version, edition: rest.join(" ") });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each(
      (versions: readonly Version[]) => versions,
      {
        mssql_instance: ({ instance }) => instance,
        version: ({ version }) => version,
        edition: ({ edition }) => edition,
      },
      [gauge("roundsman_mssql_version_info", "Version of an instance; always 1.", () => 1)],
    ),
  ],

  *evaluate(versions) {
    for (const { instance, version, edition } of versions)
      yield conclude(
        `MSSQL ${instance} Version`,
        [{ text: `Version: ${[version, edition].join(" ").trim()}` }],
        instance,
      );
  },
};

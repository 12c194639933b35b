import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT } from "../judge/state.ts";
import { instanceName } from "../readings/mssql.ts";

export interface Instance {
  readonly name: string;
  /** As the running server says, else as it is installed: `12.0.6433.1`. */
  readonly version: string;
  readonly edition: string;
  /** `RTM`, `SP3`; only a server that runs tells. */
  readonly patchLevel: string;
  /** Empty where the instance is in none. */
  readonly cluster: string;
  readonly isConnected: boolean;
  /** What the attempt to connect came to. */
  readonly message: string;
}

/** By the first number of a version. */
const PRODUCTS: ReadonlyMap<string, string> = new Map([
  ["8", "2000"],
  ["9", "2005"],
  ["10", "2008"],
  ["11", "2012"],
  ["12", "2014"],
  ["13", "2016"],
  ["14", "2017"],
  ["15", "2019"],
  ["16", "2022"],
  ["17", "2025"],
]);

const NO_STATE = "the agent reported no state";

/**
 * Instances of Microsoft SQL Server: whether they answer, and what they are.
 *
 * Section: mssql_instance   Source: the registry, SERVERPROPERTY (Transact-SQL)
 * Systems: Windows
 * Params: none
 */
export const mssqlInstance: Check<readonly Instance[]> = {
  section: "mssql_instance",
  params: {},

  parse(rows) {
    const found = new Map<string, Instance>();
    for (const [first = "", kind = "", ...facts] of rows) {
      const name = instanceName(first);
      const known = found.get(name) ?? { ...UNKNOWN_INSTANCE, name };
      const changed = withFacts(known, kind, facts);
      if (changed) found.set(name, changed);
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((instances: readonly Instance[]) => instances, { mssql_instance: ({ name }) => name }, [
      gauge("roundsman_mssql_instance_up", "Whether the instance answers.", (one) =>
        Number(one.isConnected),
      ),
    ]),
    each(
      (instances: readonly Instance[]) => instances,
      {
        mssql_instance: ({ name }) => name,
        version: ({ version }) => version,
        edition: ({ edition }) => edition,
        cluster: ({ cluster }) => cluster,
      },
      [gauge("roundsman_mssql_instance_info", "What the instance is; always 1.", () => 1)],
    ),
  ],

  *evaluate(instances) {
    for (const one of instances)
      yield conclude(`MSSQL ${one.name} Instance`, [...connection(one), ...product(one)], one.name);
  },
};

const UNKNOWN_INSTANCE: Omit<Instance, "name"> = {
  version: "",
  edition: "",
  patchLevel: "",
  cluster: "",
  isConnected: false,
  message: NO_STATE,
};

/** Lines of other kinds are the rest of a message that went over several lines. */
function withFacts(one: Instance, kind: string, facts: readonly string[]): Instance | undefined {
  const [first = "", second = "", third = ""] = facts;
  switch (kind) {
    case "config":
      return one.patchLevel === ""
        ? { ...one, version: first, edition: second, cluster: third }
        : { ...one, cluster: third };
    case "state":
      return { ...one, isConnected: first === "1", message: second.trim() };
    case "details":
      return { ...one, version: first, patchLevel: second, edition: third };
    default:
      return undefined;
  }
}

const connection = ({ isConnected, message }: Instance): Finding[] =>
  isConnected
    ? [{ text: "connected" }]
    : [{ state: CRIT, text: `Failed to connect to database${message && ` (${message})`}` }];

function product({ version, edition, patchLevel, cluster }: Instance): Finding[] {
  if (version === "") return [];
  const [major = "", minor] = version.split(".", 2);
  const year = PRODUCTS.get(major);
  const parts = [
    year === undefined ? "" : `Microsoft SQL Server ${year}${minor === "50" ? " R2" : ""}`,
    patchLevel,
    `(${version})`,
    edition === "" ? "" : `- ${edition}`,
  ];
  return [
    { text: `Version: ${parts.filter((part) => part !== "").join(" ")}` },
    ...(cluster === "" ? [] : [{ text: `Clustered as: ${cluster}` }]),
  ];
}

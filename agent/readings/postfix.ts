/** Which instances of Postfix there are. */
import { paced } from "./paced.ts";
import type { System } from "../section.ts";

export interface Instance {
  /** Its configuration folder; `default` for the one that every host has. */
  readonly config: string;
  /** What it is called among the others. */
  readonly name: string;
  readonly queueDir: string;
}

const HOLDS_SECONDS = 300;
const DEADLINE_SECONDS = 5;
const MAX_INSTANCES = 32;
const DEFAULT = "default";

/**
 * The default one last; `undefined` where Postfix is not installed.
 *
 * Source: postconf(1): `queue_directory`, `multi_instance_directories`, `multi_instance_name`
 */
export const postfixInstances = (system: System): Promise<readonly Instance[] | undefined> =>
  paced(system, "postfix", HOLDS_SECONDS, async () => {
    const own = await ask(system, ["queue_directory", "multi_instance_directories"]);
    if (own === undefined) return undefined;
    const [queueDir = "", others = ""] = own;
    const configs = others
      .split(/[\s,]+/)
      .filter(Boolean)
      .slice(0, MAX_INSTANCES);
    const instances: Instance[] = [];
    for (const config of configs) {
      const told = await ask(system, ["queue_directory", "multi_instance_name"], ["-c", config]);
      const [queue = "", name = ""] = told ?? [];
      instances.push({ config, name: name === "" ? "postfix" : name, queueDir: queue });
    }
    return [...instances, { config: DEFAULT, name: DEFAULT, queueDir }];
  });

/** The value of each parameter. */
async function ask(
  system: System,
  parameters: readonly string[],
  where: readonly string[] = [],
): Promise<readonly string[] | undefined> {
  const command = ["postconf", ...where, "-h", ...parameters] as const;
  const answer = await system.run(command, { deadlineSeconds: DEADLINE_SECONDS });
  return answer?.split("\n").map((value) => value.trim());
}

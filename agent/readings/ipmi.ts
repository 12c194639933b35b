/** What the management controller of the board says: slowly, so it is asked in the background. */
import { paced } from "./paced.ts";
import type { Part, System } from "../section.ts";

type Command = readonly [string, ...string[]];

const ASK_SECONDS = 300;
/** A report does without what it has waited three minutes for. */
const DEADLINE_SECONDS = 180;
const PIPE = 124;

/**
 * What a command prints, five minutes old at most and told with its age; `undefined` where there is
 * no controller or the command is not installed.
 */
export const askController = (
  system: System,
  command: Command,
  deadlineSeconds = DEADLINE_SECONDS,
): Promise<Part | undefined> =>
  paced(system, command.join(" "), ASK_SECONDS, async () => {
    if (!system.list("/dev").some((name) => name.startsWith("ipmi"))) return undefined;
    const text = await system.run(command, { deadlineSeconds });
    const cached = { at: Math.floor(system.now()), interval: ASK_SECONDS };
    return text === undefined ? undefined : { separator: PIPE, text, cached };
  });

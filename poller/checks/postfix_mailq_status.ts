import { type Check, ParseError } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK } from "../judge/state.ts";

/** What is said of each instance of Postfix, by its name. */
export type PostfixStates = ReadonlyMap<string, PostfixState>;

export interface PostfixState {
  readonly text: string;
  readonly isRunning: boolean;
  readonly pid?: string | undefined;
}

/**
 * Whether Postfix runs.
 *
 * Section: postfix_mailq_status   Source: the pid file of master(8)
 * Params: none
 */
export const postfixMailqStatus: Check<PostfixStates> = {
  section: "postfix_mailq_status",
  params: {},

  parse(rows) {
    const found = new Map<string, PostfixState>();
    for (const [instance = "", text, label, pid] of rows) {
      if (text === undefined) throw new ParseError("no state", instance);
      found.set(instance, {
        text,
        isRunning: text === "the Postfix mail system is running",
        pid: label === "PID" ? pid : undefined,
      });
    }
    return found.size === 0 ? undefined : found;
  },

  metrics: [
    each((states: PostfixStates) => states, { postfix: ([instance]) => instance }, [
      gauge("roundsman_postfix_up", "Whether Postfix runs.", ([, one]) => Number(one.isRunning)),
    ]),
  ],

  *evaluate(states) {
    for (const [instance, { text, isRunning, pid }] of states)
      yield conclude(
        `Postfix status ${instance}`.trimEnd(),
        [
          { state: isRunning ? OK : CRIT, text: `Status: ${text}` },
          { text: pid === undefined ? "" : `PID: ${pid}` },
        ],
        instance,
      );
  },
};

import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface User {
  readonly name: string;
  /** Processes, in the order of `KINDS`. */
  readonly processes: readonly number[];
}

type Users = readonly User[];

const KINDS = ["interactive", "subprocess", "batch", "network"] as const;

/**
 * Who is logged in on an OpenVMS host.
 *
 * Section: vms_users   Source: SHOW USERS (OpenVMS DCL Dictionary)
 * Systems: OpenVMS
 * Params: none
 */
export const vmsUsers: Check<Users> = {
  section: "vms_users",
  params: {},

  parse(rows) {
    const found = new Map<string, User>();
    for (const [name = "", ...columns] of rows) {
      // `-` is none, and columns at the end may be missing.
      const processes = KINDS.map((_, kind) => Math.max(0, integer(columns[kind]) ?? 0));
      found.set(name, { name, processes });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each(
      (users: Users) =>
        KINDS.map((kind, index) => ({
          kind,
          count: users.reduce((sum, { processes }) => sum + (processes[index] ?? 0), 0),
        })),
      { kind: ({ kind }) => kind },
      [gauge("roundsman_vms_user_processes", "Processes of users, by kind.", ({ count }) => count)],
    ),
  ],

  *evaluate(users) {
    const sessions = users.flatMap(({ name, processes: [interactive = 0] }) =>
      interactive > 0 ? [{ name, interactive }] : [],
    );
    const value = sessions.reduce((sum, { interactive }) => sum + interactive, 0);
    const named = sessions.map(({ name, interactive }) => `${name}: ${interactive}`).join(", ");
    const text = value > 0 ? `Interactive users: ${named}` : "No interactive users";
    yield conclude("VMS Users", [{ text, perf: { name: "sessions", value } }]);
  },
};

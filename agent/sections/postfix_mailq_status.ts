/**
 * Whether Postfix runs: `INSTANCE:state`, with its pid.
 *
 * Source: pid/master.pid in each instance's queue, the link /proc/PID/exe
 */
import { postfixInstances, type Instance } from "../readings/postfix.ts";
import type { AgentSection, System } from "../section.ts";

const COLON = 58;
/** Of a file that holds a pid. */
const MAX_BYTES = 64;
/** `/usr/lib/postfix/sbin/master`, `/usr/libexec/postfix/master`. */
const MASTER = /postfix\/(?:s?bin\/)?master/;

export const postfixMailqStatus: AgentSection = {
  name: "postfix_mailq_status",
  separator: COLON,
  async collect(system) {
    const instances = await postfixInstances(system);
    return instances?.map((one) => `${one.name}:${stateOf(system, one)}\n`).join("");
  },
};

function stateOf(system: System, { queueDir }: Instance): string {
  const file = `${queueDir}/pid/master.pid`;
  if (!system.stat(file)) return "the Postfix mail system is not running";
  const text = system.readOwned(file, MAX_BYTES)?.text;
  if (text === undefined) return "PID file exists but is not readable";
  const pid = /^\s*(\d+)\s*$/.exec(text)?.[1] ?? "";
  return MASTER.test(system.readLink(`/proc/${pid}/exe`) ?? "")
    ? `the Postfix mail system is running:PID:${pid}`
    : "PID file exists but instance is not running!";
}

/**
 * Mails that wait in Postfix, at most a minute old: `QUEUE_NAME KiB MAILS` after `[[[INSTANCE]]]`.
 *
 * Source: the files in the folders deferred and active of each instance's queue
 */
import { paced } from "../readings/paced.ts";
import { postfixInstances, type Instance } from "../readings/postfix.ts";
import { queueIn } from "../readings/queue.ts";
import type { AgentSection, Body, Part, System } from "../section.ts";

const HOLDS_SECONDS = 60;
const QUEUES = ["deferred", "active"];

export const postfixMailq: AgentSection = {
  name: "postfix_mailq",
  async collect(system): Promise<Body | undefined> {
    const instances = await postfixInstances(system);
    if (instances === undefined) return undefined;
    return paced(system, "postfix queues", HOLDS_SECONDS, async () => {
      const parts: Part[] = [];
      for (const instance of instances) parts.push(await count(system, instance));
      return parts;
    });
  },
};

async function count(system: System, { config, queueDir }: Instance): Promise<Part> {
  let text = `[[[${config}]]]\n`;
  const errors: string[] = [];
  for (const name of QUEUES) {
    const { kib = 0, mails = 0, error } = (await queueIn(system, `${queueDir}/${name}`)) ?? {};
    text += `QUEUE_${name} ${kib} ${mails}\n`;
    if (error !== undefined) errors.push(error);
  }
  return { text, error: errors.join("; ") || undefined };
}

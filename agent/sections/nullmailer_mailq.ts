/**
 * Mails that wait in nullmailer, at most a minute old: `KiB MAILS deferred`, likewise `failed`.
 *
 * Source: the files in /var/spool/nullmailer/{queue,failed}
 */
import { paced } from "../readings/paced.ts";
import { canEnter, queueIn } from "../readings/queue.ts";
import type { AgentSection, Body, Part } from "../section.ts";

const FOLDER = "/var/spool/nullmailer";
const HOLDS_SECONDS = 60;
const QUEUES = { queue: "deferred", failed: "failed" };

export const nullmailerMailq: AgentSection = {
  name: "nullmailer_mailq",
  async collect(system): Promise<Body | undefined> {
    if (!canEnter(system, FOLDER)) return undefined;
    return paced(system, "nullmailer", HOLDS_SECONDS, async () => {
      const parts: Part[] = [];
      for (const [folder, state] of Object.entries(QUEUES)) {
        const queue = await queueIn(system, `${FOLDER}/${folder}`);
        if (queue)
          parts.push({ text: `${queue.kib} ${queue.mails} ${state}\n`, error: queue.error });
      }
      return parts;
    });
  },
};

import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { grouped, readBroker } from "../readings/broker.ts";
import { numberOf, textOf } from "../readings/json_value.ts";

export interface Queue {
  readonly site: string;
  readonly vhost: string;
  /** `cmk.app.APPLICATION.QUEUE`, `cmk.intersite.SITE`. */
  readonly name: string;
  readonly messages: number;
}

interface Params {
  readonly messages: Levels;
}

const APP = /^[^.]*\.app\.([^.]+)(?:\.|$)/;
const BETWEEN_SITES = "cmk.intersite.";
const DEFAULT_VHOST = "/";

/**
 * Messages that wait in the broker of a monitoring site, for its applications and for other sites.
 *
 * Section: omd_broker_queues   Source: RabbitMQ, /api/queues or `rabbitmqctl list_queues`
 * Params: messages: how many wait, of one application or for other sites together
 */
export const omdBrokerQueues: Check<readonly Queue[], Params> = {
  section: "omd_broker_queues",
  params: { messages: NEVER },

  parse(rows) {
    const queues = new Map<string, Queue>();
    for (const { site, vhost = DEFAULT_VHOST, fields } of readBroker(rows.lines())) {
      const [name, messages] = [textOf(fields["name"]), numberOf(fields["messages"])];
      if (name !== undefined && messages !== undefined)
        queues.set(JSON.stringify([site, vhost, name]), { site, vhost, name, messages });
    }
    return queues.size === 0 ? undefined : [...queues.values()];
  },

  metrics: [
    each(
      (queues: readonly Queue[]) => queues,
      { site: ({ site }) => site, vhost: ({ vhost }) => vhost, queue: ({ name }) => name },
      [gauge("roundsman_omd_broker_queue_messages", "Messages in a queue.", (one) => one.messages)],
    ),
  ],

  *evaluate(queues, { params }) {
    for (const [site, own] of grouped(queues, (queue) => queue.site)) {
      const between = own.filter(({ name }) => name.startsWith(BETWEEN_SITES));
      yield conclude(
        `OMD ${site} broker queues`,
        [
          { text: `${plural(between.length, "queue")} for other sites` },
          ...waiting("omd_broker_messages", between, params),
        ],
        site,
      );
      const ofApps = own.filter(({ vhost, name }) => vhost === DEFAULT_VHOST && APP.test(name));
      for (const [app, some] of grouped(ofApps, ({ name }) => APP.exec(name)?.[1] ?? "")) {
        const details = some.map(({ name, messages }) => ({
          text: `${name.split(".").slice(3).join(".") || name}: ${messages}`,
          quiet: true,
        }));
        const item = `${site} ${app}`;
        yield conclude(`OMD ${item}`, [...waiting("messages", some, params), ...details], item);
      }
    }
  },
};

const waiting = (name: string, queues: readonly Queue[], { messages }: Params) =>
  found("Queued messages", {
    name,
    value: queues.reduce((sum, queue) => sum + queue.messages, 0),
    levels: { upper: messages },
    min: 0,
  });

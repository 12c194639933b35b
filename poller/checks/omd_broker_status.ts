import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytes } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { readBroker } from "../readings/broker.ts";
import { fieldsOf, numberOf } from "../readings/json_value.ts";

/** Bytes of memory of each site's broker. */
export type Brokers = ReadonlyMap<string, number | undefined>;

interface Params {
  readonly memory: Levels;
}

/**
 * The message brokers of a monitoring server's sites.
 *
 * Section: omd_broker_status   Source: RabbitMQ, /api/nodes or `rabbitmqctl status`
 * Params: memory: bytes
 */
export const omdBrokerStatus: Check<Brokers, Params> = {
  section: "omd_broker_status",
  params: { memory: NEVER },

  parse(rows) {
    const brokers = new Map<string, number | undefined>();
    for (const { site, fields } of readBroker(rows.lines())) {
      const old = fieldsOf(fieldsOf(fields["memory"])["total"])["rss"];
      brokers.set(site, numberOf(fields["mem_used"]) ?? numberOf(old));
    }
    return brokers.size === 0 ? undefined : brokers;
  },

  metrics: [
    each((brokers: Brokers) => brokers, { site: ([site]) => site }, [
      gauge(
        "roundsman_omd_broker_memory_bytes",
        "Memory of a site's message broker.",
        ([, memory]) => memory,
      ),
    ]),
  ],

  *evaluate(brokers, { params }) {
    for (const [site, memory] of brokers)
      yield conclude(
        `OMD ${site} message broker`,
        [
          { text: "running" },
          ...found(
            "Memory",
            { name: "mem_used", value: memory, levels: { upper: params.memory }, min: 0 },
            bytes,
          ),
        ],
        site,
      );
  },
};

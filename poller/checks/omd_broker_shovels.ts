import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { OK, WARN } from "../judge/state.ts";
import { grouped, readBroker } from "../readings/broker.ts";
import { textOf } from "../readings/json_value.ts";

/** What moves messages from site to site. */
export interface Shovel {
  readonly site: string;
  /** `cmk.shovel.north->south`. */
  readonly name: string;
  /** `running`, `starting`, `terminated` … */
  readonly state: string;
}

const STATES = ["running", "starting", "terminated"] as const;

/**
 * Shovels: how messages get from the broker of one monitoring site to that of another.
 *
 * Section: omd_broker_shovels   Source: RabbitMQ, /api/shovels or `rabbitmqctl shovel_status`
 * Params: none
 */
export const omdBrokerShovels: Check<readonly Shovel[]> = {
  section: "omd_broker_shovels",
  params: {},

  parse(rows) {
    const shovels = Array.from(readBroker(rows.lines()), ({ site, fields }) => ({
      site,
      name: textOf(fields["name"]) ?? "",
      state: textOf(fields["state"]) ?? "unknown",
    }));
    return shovels.length === 0 ? undefined : shovels;
  },

  metrics: [
    each(counts, { site: ({ site }) => site, state: ({ state }) => state }, [
      gauge("roundsman_omd_broker_shovels", "Shovels of a site in a state.", ({ count }) => count),
    ]),
  ],

  *evaluate(shovels) {
    for (const [site, own] of grouped(shovels, (shovel) => shovel.site)) {
      const states = grouped(own, ({ state }) => state);
      const others = own.filter(({ state }) => state !== "running");
      yield conclude(
        `OMD ${site} broker shovels`,
        [
          { text: `running: ${states.get("running")?.length ?? 0}` },
          ...Array.from(states, ([state, { length }]) => ({
            state: state === "running" || state === "starting" ? OK : WARN,
            text: state === "running" ? "" : `${state}: ${length}`,
          })),
          ...others.map(({ name, state }) => ({ text: `${name}: ${state}`, quiet: true })),
        ],
        site,
      );
    }
  },
};

function* counts(shovels: readonly Shovel[]) {
  for (const [site, own] of grouped(shovels, (shovel) => shovel.site))
    for (const state of STATES)
      yield { site, state, count: own.filter((shovel) => shovel.state === state).length };
}

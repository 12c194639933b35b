/**
 * Sensors that know states: `name | id | status | entity | states`.
 *
 * Source: `ipmitool sdr elist compact`, see ipmitool(1)
 */
import { askController } from "../readings/ipmi.ts";
import type { AgentSection, Body } from "../section.ts";

export const ipmiDiscrete: AgentSection = {
  name: "ipmi_discrete",
  async collect(system): Promise<Body | undefined> {
    const sensors = await askController(system, ["ipmitool", "sdr", "elist", "compact"]);
    return sensors && [sensors];
  },
};

/**
 * Temperatures, fans and power: `ID | Name | Type | Reading | Units | Event`.
 *
 * Source: ipmi-sensors(8) of FreeIPMI. It keeps what sensors there are in a cache, which is else
 * below the home of a user that a service may not have.
 */
import { askController } from "../readings/ipmi.ts";
import type { AgentSection, Body } from "../section.ts";

const TYPES = "Temperature,Power_Unit,Fan";

export const ipmiSensors: AgentSection = {
  name: "ipmi_sensors",
  async collect(system): Promise<Body | undefined> {
    const sensors = await askController(system, [
      "ipmi-sensors",
      "--quiet-cache",
      "--sdr-cache-directory=/var/cache",
      `--sensor-types=${TYPES}`,
    ]);
    return sensors && [sensors];
  },
};

import { ParseError } from "../judge/check.ts";
import { worst } from "../judge/state.ts";
import { distinct, type Sensor, stateOf, STATUSES } from "../readings/sensors.ts";
import { ipmi } from "./ipmi.ts";

/**
 * Sensors that know states, not numbers.
 *
 * Section: ipmi_discrete   Source: `ipmitool sdr elist compact` (ipmitool(1)): name, id, status,
 *          entity, states
 * Params: as those of ipmi
 */
export const ipmiDiscrete: typeof ipmi = {
  ...ipmi,
  section: "ipmi_discrete",
  formOf: "ipmi",

  parse(rows) {
    const sensors: Sensor[] = [];
    for (const row of rows) {
      const [name = "", , status, , words = ""] = row.map((field) => field.trim());
      if (status === undefined) throw new ParseError("not a sensor", row.join("|"));
      const told = STATUSES.get(status);
      if (told === undefined || name === "") continue;
      const state = worst([told, stateOf(words)]);
      sensors.push({ name, state, status: words === "" ? status : words });
    }
    return sensors.length === 0 ? undefined : distinct(sensors);
  },
};

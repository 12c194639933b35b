import { decimal } from "../judge/numbers.ts";
import { distinct, type Sensor, stateOf, unitOf } from "../readings/sensors.ts";
import { ipmi } from "./ipmi.ts";

/** Of older versions, reading, unit and thresholds in one: `20.00_C_(1.00/42.00)`. */
const READING = /^([-+\d.]{1,20})_([^_\s]{1,20})_\(([^/]{1,20})\/([^)]{1,20})\)$/;

/**
 * Temperatures, fans and power, as FreeIPMI reads them.
 *
 * Section: ipmi_sensors   Source: ipmi-sensors(8): id, name, type, reading, unit, event below a row
 *          of titles; of older versions id, name, reading with all that belongs to it, event
 * Params: as those of ipmi
 */
export const ipmiSensors: typeof ipmi = {
  ...ipmi,
  section: "ipmi_sensors",
  formOf: "ipmi",

  parse(rows) {
    const sensors: Sensor[] = [];
    for (const row of rows) {
      const fields = row.map((field) => field.trim());
      const sensor = fields.length < 6 ? short(fields) : long(fields);
      if (sensor) sensors.push(sensor);
    }
    return sensors.length === 0 ? undefined : distinct(sensors);
  },
};

/** Nothing of the titles, and of a sensor of which nothing is known. */
function long(fields: readonly string[]): Sensor | undefined {
  const [id, name = ""] = fields;
  const [reading, unit = "", event] = fields.slice(-3);
  const status = words(event);
  if (id === "ID" || name === "" || status === "") return undefined;
  const value = decimal(reading);
  return {
    name,
    state: stateOf(status),
    status,
    ...(value === undefined ? {} : { reading: { value, unit: unitOf(unit) } }),
  };
}

function short([, name = "", reading = "", event]: readonly string[]): Sensor | undefined {
  const status = words(event);
  if (name === "" || status === "") return undefined;
  const [, digits, unit = "", low, high] = READING.exec(reading) ?? [];
  const value = decimal(digits);
  const sensor = { name: name.replaceAll("_", " "), state: stateOf(status), status };
  if (value === undefined) return sensor;
  const [lower, upper] = [decimal(low), decimal(high)];
  return {
    ...sensor,
    reading: { value, unit: unitOf(unit) },
    levels: {
      lower: lower === undefined ? undefined : { warn: lower, crit: lower },
      upper: upper === undefined ? undefined : { warn: upper, crit: upper },
    },
  };
}

/** Events without their quotes or brackets; empty where there is none. */
function words(event = ""): string {
  const text = event.replace(/['[\]]/g, "").trim();
  return /^(?:N\/?A|Unknown)$/.test(text) ? "" : text;
}

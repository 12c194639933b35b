/**
 * Sensors that measure: name, reading, unit, state and thresholds, with pipes between them.
 *
 * Source: `ipmitool sensor list`, see ipmitool(1); what it cannot read, and sensors that know states
 * alone, are left out.
 */
import { askController } from "../readings/ipmi.ts";
import type { AgentSection, Body } from "../section.ts";

/** The column after the reading is its unit. */
const NOT_MEASURED = /command failed|^[^|]*\|[^|]*\|\s*discrete\s*\|/;

export const ipmi: AgentSection = {
  name: "ipmi",
  async collect(system): Promise<Body | undefined> {
    const sensors = await askController(system, ["ipmitool", "sensor", "list"]);
    if (!sensors) return undefined;
    const rows = sensors.text.split("\n").filter((row) => row !== "" && !NOT_MEASURED.test(row));
    return [{ ...sensors, text: rows.map((row) => `${row}\n`).join("") }];
  },
};

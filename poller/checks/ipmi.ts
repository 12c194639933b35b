import { type Check, ParseError, type Result } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { number } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, type Family, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { distinct, type Sensor, STATUSES, type Unit, unitOf } from "../readings/sensors.ts";

type Sensors = readonly Sensor[];

interface Params {
  readonly thresholds: boolean;
}

/**
 * Sensors that measure.
 *
 * Section: ipmi   Source: `ipmitool sensor list` (ipmitool(1)): name, reading, unit, status, then the
 *          lower and the upper thresholds
 * Params: thresholds: whether readings are judged by the controller's thresholds as well as by its word
 */
export const ipmi: Check<Sensors, Params> = {
  section: "ipmi",
  params: { thresholds: true },

  parse(rows) {
    const sensors: Sensor[] = [];
    for (const row of rows) {
      const [name = "", reading, unit, status, ...thresholds] = row.map((field) => field.trim());
      if (status === undefined) throw new ParseError("not a sensor", row.join("|"));
      const state = STATUSES.get(status);
      const value = decimal(reading);
      if (state === undefined || value === undefined || name === "") continue;
      const [, lowerCrit, lowerWarn, upperWarn, upperCrit] = thresholds.map(decimal);
      sensors.push({
        name,
        state,
        status,
        reading: { value, unit: unitOf(unit ?? "") },
        levels: {
          upper: pair(upperWarn, upperCrit, Infinity),
          lower: pair(lowerWarn, lowerCrit, -Infinity),
        },
      });
    }
    return sensors.length === 0 ? undefined : distinct(sensors);
  },

  metrics: [
    each((sensors: Sensors) => sensors, { sensor: ({ name }) => name }, [
      gauge("roundsman_ipmi_sensor_state", "0 is well, 1 not quite, 2 critical.", (sensor) => {
        return sensor.state;
      }),
      reading("temperature_celsius", "Degrees Celsius.", "°C"),
      reading("fan_speed_rpm", "Revolutions per minute.", "rpm"),
      reading("voltage_volts", "Volts.", "V"),
      reading("current_amperes", "Amperes.", "A"),
      reading("power_watts", "Watts.", "W"),
      reading("load_ratio", "Of what is possible.", "%", 0.01),
    ]),
  ],

  *evaluate(sensors, { params }) {
    for (const sensor of sensors) yield judged(sensor, params);
  },
};

function judged({ name, state, status, reading, levels }: Sensor, { thresholds }: Params): Result {
  const findings = [{ text: status, state }];
  if (!reading) return conclude(`IPMI Sensor ${name}`, findings, name);
  const { value, unit } = reading;
  const render = (bound: number): string => `${number(bound)} ${unit}`.trimEnd();
  const perf = { name: METRICS.get(unit) ?? "value", value };
  const judgedBy = thresholds && levels ? { levels } : {};
  return conclude(
    `IPMI Sensor ${name}`,
    [measured(render(value), { ...perf, ...judgedBy }, render), ...findings],
    name,
  );
}

/** Checkmk's names. */
const METRICS: ReadonlyMap<Unit, string> = new Map([
  ["°C", "temp"],
  ["rpm", "fan"],
  ["V", "voltage"],
  ["A", "current"],
  ["W", "power"],
  ["%", "percent"],
]);

/** `undefined` where the controller knows neither; one that it knows alone is critical. */
function pair(warn: number | undefined, crit: number | undefined, off: number): Levels | undefined {
  if (warn === undefined && crit === undefined) return undefined;
  return { warn: warn ?? crit ?? off, crit: crit ?? off };
}

function reading(name: string, help: string, unit: Unit, factor = 1): Family<Sensor> {
  return gauge(`roundsman_ipmi_${name}`, help, (sensor) =>
    sensor.reading?.unit === unit ? sensor.reading.value * factor : undefined,
  );
}

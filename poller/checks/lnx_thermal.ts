import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { number } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface Zone {
  /** The kernel's number. */
  readonly number: string;
  /** What it is the temperature of: `x86_pkg_temp`, `acpitz`. */
  readonly type: string;
  /** Degrees Celsius, as those of the trip points. */
  readonly temperature: number;
  readonly trips: readonly Trip[];
}

/** A temperature at which something happens. */
interface Trip {
  /** `active`, `passive`, `hot`, `critical`. */
  readonly kind: string;
  readonly temperature: number;
}

interface Params {
  readonly temperature: Levels;
  readonly tripPoints: boolean;
}

/** Beyond, a sensor says that it is broken, asleep or without a limit. */
const COLDEST = -100;
const HOTTEST = 250;

/**
 * Temperatures that the kernel knows.
 *
 * Section: lnx_thermal   Source: /sys/class/thermal/thermal_zoneN
 *          (Documentation/driver-api/thermal/sysfs-api.rst): zone, mode, type, temperature, then
 *          temperature and type of each trip point, in thousandths of a degree
 * Params: temperature: degrees Celsius, for zones that say neither what is hot nor what is critical;
 *         tripPoints: whether those that say so are judged by it
 */
export const lnxThermal: Check<readonly Zone[], Params> = {
  section: "lnx_thermal",
  params: { temperature: { warn: 70, crit: 80 }, tripPoints: true },

  parse(rows) {
    const zones = new Map<string, Zone>();
    for (const [name = "", mode, type = "", temperature, ...trips] of rows) {
      const zone = name.replace(/^thermal_zone/, "");
      if (integer(zone) === undefined) throw new ParseError("not a thermal zone", name);
      const value = degrees(temperature);
      if (value === undefined || mode === "disabled" || zones.has(zone)) continue;
      zones.set(zone, { number: zone, type, temperature: value, trips: readTrips(trips) });
    }
    return zones.size === 0 ? undefined : [...zones.values()];
  },

  metrics: [
    each(
      (zones: readonly Zone[]) => zones,
      { zone: (zone) => zone.number, type: ({ type }) => type },
      [gauge("node_thermal_zone_temp", "Degrees Celsius.", ({ temperature }) => temperature)],
    ),
    each(
      (zones: readonly Zone[]) =>
        zones.flatMap(({ number, trips }) =>
          trips.map((trip, index) => ({ number, index: String(index), ...trip })),
        ),
      {
        thermal_zone: ({ number }) => number,
        trip: ({ index }) => index,
        kind: ({ kind }) => kind,
      },
      [
        gauge(
          "roundsman_thermal_zone_trip_celsius",
          "Where something happens to cool the zone, or to save it.",
          ({ temperature }) => temperature,
        ),
      ],
    ),
  ],

  *evaluate(zones, { params }) {
    for (const zone of zones) {
      const item = `Zone ${zone.number}`;
      const own = params.tripPoints ? tripLevels(zone.trips) : undefined;
      const levels = { upper: own ?? params.temperature };
      const perf = { name: "temp", value: zone.temperature, levels };
      const heat = measured(celsius(zone.temperature), perf, celsius);
      yield conclude(`Temperature ${item}`, [heat, { text: zone.type }], item);
    }
  },
};

const celsius = (value: number): string => `${number(value)} °C`;

function degrees(text: string | undefined): number | undefined {
  const value = (integer(text) ?? NaN) / 1000;
  return value >= COLDEST && value <= HOTTEST ? value : undefined;
}

/** Temperature and type take turns. */
function readTrips(fields: readonly string[]): Trip[] {
  return fields.flatMap((field, index) => {
    const temperature = index % 2 === 0 ? degrees(field) : undefined;
    return temperature === undefined ? [] : [{ temperature, kind: fields[index + 1] ?? "" }];
  });
}

/** Fans start, and clocks slow down, at temperatures that are nothing to worry about. */
function tripLevels(trips: readonly Trip[]): Levels | undefined {
  const lowest = (wanted: string): number =>
    Math.min(...trips.flatMap(({ kind, temperature }) => (kind === wanted ? temperature : [])));
  const [warn, crit] = [lowest("hot"), lowest("critical")];
  return Math.min(warn, crit) === Infinity ? undefined : { warn: Math.min(warn, crit), crit };
}

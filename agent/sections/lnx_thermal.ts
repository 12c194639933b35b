/**
 * Temperatures: `zone|mode|type|temperature`, then temperature and type of each trip point, in
 * thousandths of a degree Celsius.
 *
 * Source: /sys/class/thermal/thermal_zoneN, see the kernel's driver-api/thermal/sysfs-api
 */
import type { AgentSection, System } from "../section.ts";

const FOLDER = "/sys/class/thermal";
const BAR = 124;
/** Names and trip points stay as they are for years; a temperature does not. */
const HOLDS_SECONDS = 300;

interface Zone {
  readonly name: string;
  readonly type: string;
  readonly trips: readonly string[];
}

export const lnxThermal: AgentSection = {
  name: "lnx_thermal",
  separator: BAR,
  async collect(system) {
    const names = system.list(FOLDER).filter((name) => name.startsWith("thermal_zone"));
    if (names.length === 0) return undefined;
    const holds = { of: names.join(" "), seconds: HOLDS_SECONDS };
    const zones = await system.memo("thermal zones", holds, () =>
      names.map((name) => describe(system, name)),
    );
    return zones.map((zone) => row(system, zone)).join("");
  },
};

function describe(system: System, name: string): Zone {
  const files = system
    .list(`${FOLDER}/${name}`)
    .filter((file) => /^trip_point_\d+_temp$/.test(file));
  const trips = files.flatMap((file) => [
    about(system, name, file) ?? "",
    about(system, name, file.replace(/temp$/, "type")) ?? "",
  ]);
  return { name, type: about(system, name, "type") ?? "", trips };
}

/** A zone that is asleep has no temperature, and no row. */
function row(system: System, { name, type, trips }: Zone): string {
  const temperature = about(system, name, "temp");
  if (temperature === undefined) return "";
  return `${[name, about(system, name, "mode") ?? "-", type, temperature, ...trips].join("|")}\n`;
}

const about = (system: System, zone: string, file: string): string | undefined =>
  system.readOnce(`${FOLDER}/${zone}/${file}`)?.trim();

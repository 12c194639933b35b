import type { Perf } from "../judge/perfdata.ts";
import type { Service } from "../services.ts";

/**
 * The numbers of services as a Nagios plugin prints them after its `|`: each
 * `'service name'=value;warn;crit;min;max`, levels as ranges.
 */
export const formatPerfdata = (services: readonly Service[]): string =>
  services
    .flatMap(({ service, perfdata = [] }) => perfdata.map((perf) => entry(service, perf)))
    .join(" ");

function entry(service: string, { name, value, levels, min, max }: Perf): string {
  const label = `${service} ${name}`.replace(/[\p{C}|=]/gu, "_").replaceAll("'", "''");
  const range = (bound: "warn" | "crit"): string => {
    const [low, high] = [finite(levels?.lower?.[bound]), finite(levels?.upper?.[bound])];
    return low === "" ? high : `${low}:${high}`;
  };
  const fields = [value, range("warn"), range("crit"), finite(min), finite(max)];
  return `'${label}'=${fields.join(";").replace(/;+$/, "")}`;
}

const finite = (bound: number | undefined): string =>
  bound !== undefined && Number.isFinite(bound) ? String(bound) : "";

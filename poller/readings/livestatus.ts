/**
 * What the core of a monitoring site says of itself.
 *
 * Source: livestatus, table `status`: titles and values; which columns there are differs with the core
 *         (Nagios, the Checkmk Micro Core) and its version
 */
import { decimal } from "../judge/numbers.ts";

/** Values by the titles of their columns. */
export type Status = ReadonlyMap<string, string>;

/** By site; of one that does not run there is no status. */
export type Sites = ReadonlyMap<string, Status | undefined>;

export const numberIn = (status: Status, column: string): number | undefined =>
  decimal(status.get(column));

/** Counters of the core, and what is counted. */
export const COUNTERS = [
  ["host_checks", "Host checks"],
  ["service_checks", "Service checks"],
  ["forks", "Process creations"],
  ["connections", "Livestatus connects"],
  ["requests", "Livestatus requests"],
  ["log_messages", "Log messages"],
] as const;

/** Helpers of the core that have a latency and a usage; others of old are known by other names. */
export const HELPERS = ["generic", "checker", "cmk", "fetcher", "real_time"] as const;

/** Where the core sends measurements. */
export const SINKS = ["carbon", "influxdb", "rrdcached"] as const;

/** What can be switched off, in the words for it, and what that is worth unless told otherwise. */
export const SETTINGS = {
  execute_host_checks: "active host checks",
  execute_service_checks: "active service checks",
  accept_passive_host_checks: "passive host checks",
  accept_passive_service_checks: "passive service checks",
  check_host_freshness: "host freshness checks",
  check_service_freshness: "service freshness checks",
  enable_event_handlers: "alert handlers",
  enable_flap_detection: "flap detection",
  enable_notifications: "notifications",
  process_performance_data: "performance data",
  check_external_commands: "external commands",
} as const;

export type Setting = keyof typeof SETTINGS;

export const settingNames = Object.keys(SETTINGS) as readonly Setting[];

/** Those that are off, and could be on: without a handler there is nothing to switch on. */
export const switchedOff = (status: Status): Setting[] =>
  settingNames.filter(
    (name) =>
      status.get(name) === "0" &&
      !(name === "enable_event_handlers" && status.get("has_event_handlers") === "0"),
  );

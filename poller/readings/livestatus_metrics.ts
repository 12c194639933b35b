import { counter, each, type Family, gauge } from "../judge/metrics.ts";
import {
  COUNTERS,
  HELPERS,
  numberIn,
  settingNames,
  SINKS,
  type Sites,
  type Status,
} from "./livestatus.ts";

type Declare = <Thing>(
  name: string,
  help: string,
  read: (thing: Thing) => number | undefined,
) => Family<Thing>;

const column = (declare: Declare, name: string, help: string, title: string) =>
  declare<[string, Status | undefined]>(
    `roundsman_livestatus_${name}`,
    help,
    ([, status]) => status && numberIn(status, title),
  );

interface Named {
  readonly site: string;
  readonly status: Status;
  readonly name: string;
}

/** The `*` of the title stands for the name of the thing. */
const part = (name: string, help: string, title: string, declare: Declare = gauge) =>
  declare<Named>(`roundsman_livestatus_${name}`, help, (one) =>
    numberIn(one.status, title.replace("*", one.name)),
  );

const running = (sites: Sites) =>
  [...sites].flatMap(([site, status]) => (status ? [{ site, status }] : []));

function perName(names: readonly string[]) {
  return (sites: Sites): Named[] =>
    running(sites).flatMap((one) => names.map((name) => ({ ...one, name })));
}

/** What is exported of the cores of sites. */
export const livestatusMetrics = [
  each((sites: Sites) => sites, { site: ([site]) => site }, [
    gauge("roundsman_livestatus_up", "Whether the core of a site runs.", ([, status]) =>
      Number(status !== undefined),
    ),
    ...COUNTERS.map(([name, help]) => column(counter, `${name}_total`, `${help} so far.`, name)),
    column(gauge, "hosts", "Hosts that a site watches.", "num_hosts"),
    column(gauge, "services", "Services that a site watches.", "num_services"),
    column(gauge, "usage_ratio", "Connections to livestatus in use.", "livestatus_usage"),
    column(
      counter,
      "overflows_total",
      "Connections to livestatus that were not taken.",
      "livestatus_overflows",
    ),
    column(
      gauge,
      "program_start_timestamp_seconds",
      "When the core was started, in epoch seconds.",
      "program_start",
    ),
  ]),
  each(perName(HELPERS), { site: ({ site }) => site, helper: ({ name }) => name }, [
    part("helper_usage_ratio", "How much of its time a kind of helper works.", "helper_usage_*"),
    part("latency_seconds", "How late a kind of helper is.", "average_latency_*"),
  ]),
  each(perName(SINKS), { site: ({ site }) => site, sink: ({ name }) => name }, [
    part("sink_queue_usage_ratio", "How full the queue of measurements is.", "*_queue_usage"),
    part("sink_sent_bytes_total", "Bytes of measurements sent.", "*_bytes_sent", counter),
    part("sink_overflows_total", "Measurements that were lost.", "*_overflows", counter),
  ]),
  each(perName(settingNames), { site: ({ site }) => site, setting: ({ name }) => name }, [
    part("setting", "Whether something is switched on.", "*"),
  ]),
  each(
    (sites: Sites) => running(sites),
    {
      site: ({ site }) => site,
      version: ({ status }) => status.get("livestatus_version") ?? "",
      core: ({ status }) => status.get("program_version") ?? "",
    },
    [gauge("roundsman_livestatus_info", "The versions of a site's core; always 1.", () => 1)],
  ),
];

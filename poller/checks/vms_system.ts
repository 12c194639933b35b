import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { number } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";

/** On average over the minutes that the agent looked. */
export interface VmsSystem {
  /** Per second: to and from disks. */
  readonly direct: number;
  /** Per second: through buffers. */
  readonly buffered: number;
  readonly processes: number;
}

interface Params {
  readonly direct: Levels;
  readonly buffered: Levels;
  readonly processes: Levels;
}

/**
 * I/O and processes of an OpenVMS host.
 *
 * Section: vms_system   Source: MONITOR SYSTEM (OpenVMS System Management Utilities Reference)
 * Systems: OpenVMS
 * Params: direct, buffered: I/O operations a second; processes: how many
 */
export const vmsSystem: Check<VmsSystem, Params> = {
  section: "vms_system",
  params: { direct: NEVER, buffered: NEVER, processes: NEVER },

  parse(rows) {
    const [row] = rows;
    if (row === undefined) return undefined;
    const [direct, buffered, processes] = row.map(decimal);
    if (direct === undefined || buffered === undefined || processes === undefined)
      throw new ParseError("no rates of I/O", row.join(" "));
    return { direct, buffered, processes: Math.round(processes) };
  },

  metrics: [
    gauge(
      "roundsman_vms_direct_io_operations_per_second",
      "Operations to and from disks, as the agent averaged them.",
      ({ direct }) => direct,
    ),
    gauge(
      "roundsman_vms_buffered_io_operations_per_second",
      "Operations through buffers, as the agent averaged them.",
      ({ buffered }) => buffered,
    ),
    gauge("roundsman_vms_processes", "Number of processes.", ({ processes }) => processes),
  ],

  *evaluate({ direct, buffered, processes }, { params }) {
    const operations = (text: string, name: string, value: number, upper: Levels) =>
      measured(`${text}: ${number(value)}/s`, { name, value, levels: { upper } }, number);
    yield conclude("IOs", [
      operations("Direct IOs", "direct", direct, params.direct),
      operations("Buffered IOs", "buffered", buffered, params.buffered),
    ]);
    const perf = { name: "procs", value: processes, levels: { upper: params.processes }, min: 0 };
    yield conclude("Number of processes", [measured(`Processes: ${processes}`, perf)]);
  },
};

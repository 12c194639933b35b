/** What is found about disks, whatever system they are of. */
import { type Finding, found, quietly } from "../judge/findings.ts";
import { bytesPerSecond, duration, percent } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";

export interface DiskParams {
  /** Whether there is a service of all disks as one, and one of each. */
  readonly summary: boolean;
  readonly disks: boolean;
  /** Ratio. */
  readonly utilization: Levels;
  /** Bytes per second. */
  readonly read: Levels;
  readonly write: Levels;
  /** Seconds per request. */
  readonly wait: Levels;
}

export const diskParams: DiskParams = {
  summary: true,
  disks: true,
  utilization: NEVER,
  read: NEVER,
  write: NEVER,
  wait: NEVER,
};

type Value = number | undefined;

/** What is judged of a disk, in the units of its params. */
export interface Judged {
  readonly utilization: Value;
  readonly read: Value;
  readonly write: Value;
  readonly wait: Value;
}

export const judgedDisk = (
  { utilization, read, write, wait }: Judged,
  params: DiskParams,
): Finding[] => [
  ...told("Utilization", "utilization", utilization, percent, params.utilization),
  ...told("Read", "read_throughput", read, bytesPerSecond, params.read),
  ...told("Write", "write_throughput", write, bytesPerSecond, params.write),
  ...told("Average wait", "average_wait", wait, duration, params.wait),
];

/** `Label: value` and the metric `disk_NAME`; without levels to be read in the details alone. */
export const told = (
  label: string,
  name: string,
  value: Value,
  render: (value: number) => string,
  upper?: Levels,
): Finding[] =>
  found(label, { name: `disk_${name}`, value, levels: { upper }, min: 0 }, render).map((finding) =>
    quietly(finding, upper === undefined),
  );

/** All disks as one: what they did is added up; what is about each of them is averaged. */
export function together(values: readonly Value[], isAveraged: boolean): Value {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((a, b) => a + b) / (isAveraged ? known.length : 1);
}

export const sum = (a: Value, b: Value): Value =>
  a === undefined || b === undefined ? undefined : a + b;

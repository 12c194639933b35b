import type { Bounds } from "./levels.ts";

/**
 * One number that a service reports, under Checkmk's metric name and in base units (bytes, seconds,
 * per second; percent where the name says so).
 */
export interface Perf {
  readonly name: string;
  readonly value: number;
  readonly levels?: Bounds | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

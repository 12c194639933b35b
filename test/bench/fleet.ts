/** A farm of hosts that all say the same, each at an address of its own. */
import { join } from "node:path";
import { answersAt, start, type Server } from "./tools.ts";

/** Where the farm has its host number `index`: 127.OCTET.x.y. */
export const fleetAddress = (octet: number, index: number): string =>
  `127.${octet}.${Math.floor(index / 250)}.${(index % 250) + 1}`;

export interface FleetOptions {
  readonly hosts: number;
  readonly octet: number;
  readonly port: number;
  /** The file that is served. */
  readonly payload: string;
  /** Shares of hosts that do something else, in percent, as the farm's flags have them. */
  readonly faults?: Readonly<Record<string, number>>;
  readonly seconds?: number;
}

/** Starts the farm; resolves when its first host answers, whatever it is meant to do. */
export async function startFleet(tools: string, options: FleetOptions): Promise<Server> {
  const { hosts, octet, port, payload, faults = {}, seconds = 900 } = options;
  const flags = {
    ...{ "-n": hosts, "--octet": octet, "-p": port, "--payload": payload },
    "--max-seconds": seconds,
    ...Object.fromEntries(Object.entries(faults).map(([name, share]) => [`--${name}`, share])),
  };
  const args = Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]);
  const farm = await start(join(tools, "farm"), args);
  if (!(await answersAt(fleetAddress(octet, hosts - 1), port))) throw new Error("no farm answers");
  return farm;
}

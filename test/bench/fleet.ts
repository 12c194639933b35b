/** Farms of hosts, each at an address of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answersAt, start, top, type Server } from "./tools.ts";

/** Where a farm has its host number `index`: 127.OCTET.x.y. */
export const fleetAddress = (octet: number, index: number): string =>
  `127.${octet}.${Math.floor(index / 250)}.${(index % 250) + 1}`;

/** Where the hosts of a farm are. */
export interface Fleet {
  readonly hosts: number;
  readonly octet: number;
  readonly port: number;
}

export interface FleetOptions extends Fleet {
  /** The file that is served. */
  readonly payload: string;
  /** More flags of the farm, such as the shares of hosts that misbehave; `""`: a flag alone. */
  readonly flags?: Readonly<Record<string, string | number>>;
}

const MAX_SECONDS = 3600;

/** Starts the C farm, whose hosts all say the same at all times. */
export function startFleet(tools: string, options: FleetOptions): Promise<Server> {
  const { hosts, octet, port, payload, flags = {} } = options;
  const all = {
    ...{ "-n": hosts, "--octet": octet, "-p": port, "--payload": payload },
    ...{ "--max-seconds": MAX_SECONDS },
    ...Object.fromEntries(Object.entries(flags).map(([name, value]) => [`--${name}`, value])),
  };
  const args = Object.entries(all).flatMap(([flag, value]) =>
    value === "" ? [flag] : [flag, String(value)],
  );
  return start(join(tools, "farm"), args, { ready: "hosts ready" });
}

/** Starts a farm whose hosts say something else each time. */
export async function startChangingFleet(options: Omit<FleetOptions, "flags">): Promise<Server> {
  const { hosts, octet, port, payload } = options;
  const args = [join(top, "dist/test/bench/changing_farm.js"), hosts, octet, port, payload];
  const farm = await start(process.execPath, args.map(String), { ready: "farm is ready" });
  if (!(await answersAt(fleetAddress(octet, hosts - 1), port))) throw new Error("no farm answers");
  return farm;
}

/** What each host of a farm does, by its number, from the file that the flag `list` had written. */
export const fleetModes = (list: string): readonly string[] =>
  readFileSync(list, "latin1")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "");

/**
 * Control groups as they are seen from within a container: its own is the root.
 *
 * Source: Admin Guide of the kernel, cgroup-v1/{memory,cpuacct,blkio-controller}.rst and cgroup-v2.rst
 */
import type { System } from "../section.ts";

const ROOT = "/sys/fs/cgroup";

/** A file of a controller; `undefined` where the container has the other version of control groups. */
export const cgroup = (system: System, file: string): string | undefined =>
  system.read(`${ROOT}/${file}`);

/** Each file after a name of its own, on one line: `memory.max 1073741824`. Absent ones are left out. */
export const named = (system: System, files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .flatMap(([name, file]) => {
      const value = cgroup(system, file)?.trim();
      return value === undefined ? [] : `${name} ${value}\n`;
    })
    .join("");

/** The whole memory of the host below, which is the limit where there is none: `MemTotal: N kB`. */
export const memTotal = (system: System): string =>
  /^MemTotal:.*\n/m.exec(system.read("/proc/meminfo") ?? "")?.[0] ?? "";

/** `num_cpus N` */
export const processors = (system: System): string =>
  `num_cpus ${system.read("/proc/stat")?.match(/^cpu\d/gm)?.length ?? 0}\n`;

/** CPU time of a container with version 1: that of the host, then its own, in ticks. */
export function cpuV1(system: System): string | undefined {
  const own = cgroup(system, "cpuacct/cpuacct.stat");
  if (own === undefined) return undefined;
  const all = /^cpu .*\n/m.exec(system.read("/proc/stat") ?? "")?.[0] ?? "";
  return all + processors(system) + own;
}

/** CPU time of a container with version 2: `uptime`, then its own, in microseconds. */
export function cpuV2(system: System): string | undefined {
  const own = cgroup(system, "cpu.stat");
  if (own === undefined) return undefined;
  return `uptime ${system.read("/proc/uptime") ?? "\n"}${processors(system)}${own}`;
}

/** Which disk has which number is asked again after so long. */
const HOLDS_SECONDS = 60;

/** `[time]`, the counters, and `[names]`: `sda 8:0`, which disk has which number. */
export async function disks(system: System, counters: string): Promise<string> {
  const names = system.list("/sys/block");
  const options = { of: names.join(" "), seconds: HOLDS_SECONDS };
  const numbers = await system.memo("numbers of disks", options, () => numbersOf(system, names));
  return `[time]\n${Math.floor(system.now())}\n${counters}[names]\n${numbers}`;
}

function numbersOf(system: System, names: readonly string[]): string {
  const lines = names.flatMap((name) => {
    const device = system.readOnce(`/sys/block/${name}/dev`)?.trim();
    return device === undefined ? [] : `${name} ${device}\n`;
  });
  return lines.join("");
}

/**
 * Mounted devices with their options.
 *
 * Source: /proc/mounts, the lines of devices under /dev; squashfs images are always full and never
 * change.
 */
import type { AgentSection } from "../section.ts";

export const mounts: AgentSection = {
  name: "mounts",
  collect(system) {
    const lines = system.read("/proc/mounts")?.split("\n");
    const shown = lines?.filter((line) => line.startsWith("/dev") && !isSquashfs(line));
    return shown?.map((line) => `${line}\n`).join("");
  },
};

const isSquashfs = (line: string): boolean => line.split(" ", 3)[2] === "squashfs";

/**
 * Labels that the host gives itself: what kind of device it is; nothing on bare metal.
 *
 * Source: /proc/cpuinfo, and where containers leave their traces.
 */
import { kindOf, type ContainerFacts } from "../readings/container.ts";
import type { AgentSection, System } from "../section.ts";

const HOLDS_SECONDS = 3600;

export const labels = (facts: ContainerFacts): AgentSection => ({
  name: "labels",
  separator: 0,
  collect: (system) => system.memo("labels", { seconds: HOLDS_SECONDS }, () => read(system, facts)),
});

async function read(system: System, facts: ContainerFacts): Promise<string> {
  const kind = await kindOf(system, facts);
  const type = kind ? "container" : isVirtual(system) ? "vm" : undefined;
  return type === undefined ? "" : `${JSON.stringify({ "cmk/device_type": type })}\n`;
}

const isVirtual = (system: System): boolean =>
  /^flags\b.*\bhypervisor\b/m.test(system.readOnce("/proc/cpuinfo") ?? "");

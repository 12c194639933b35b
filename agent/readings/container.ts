/** Whether the host is itself a container, of which kind, and what that means for its sections. */
import type { AgentSection, System } from "../section.ts";

export type Kind = "docker" | "lxc";

export interface ContainerFacts {
  /** Whether this is a container; to be found out unless told. */
  readonly container?: "auto" | "yes" | "no";
  /**
   * The version of Checkmk's agent that is to be passed for, as it shows itself with what it leaves
   * out in containers.
   */
  readonly checkmkCompatible?: string | undefined;
}

const HOLDS_SECONDS = 3600;

/** What Checkmk's agent leaves out in containers: figures of the host below, and what has others. */
const LEFT_OUT: Readonly<Record<Kind, ReadonlySet<string>>> = {
  docker: new Set(
    "df_v2 mem cpu diskstat kernel drbd lnx_thermal ntp timesyncd timesyncd_ntpmessage".split(" "),
  ),
  lxc: new Set(["cpu", "kernel"]),
};

/**
 * Source: the file that Docker puts at the root; `container=` in the environment of process 1
 * (which not everybody may read); lxcfs, which LXC mounts over files of /proc.
 */
export function containerOf(system: System): Kind | undefined {
  if (system.list("/").includes(".dockerenv")) return "docker";
  const environment = system.readOnce("/proc/1/environ")?.split("\0") ?? [];
  if (environment.includes("container=lxc")) return "lxc";
  return /^lxcfs /m.test(system.readOnce("/proc/mounts") ?? "") ? "lxc" : undefined;
}

/** As found or told; a container that leaves no trace is one like Docker's. */
export async function kindOf(
  system: System,
  { container = "auto" }: ContainerFacts,
): Promise<Kind | undefined> {
  if (container === "no") return undefined;
  const found = await system.memo("container", { seconds: HOLDS_SECONDS }, () =>
    containerOf(system),
  );
  return found ?? (container === "yes" ? "docker" : undefined);
}

/** A section that is there in containers of one kind alone. */
export const inside = (kind: Kind, facts: ContainerFacts, section: AgentSection): AgentSection => ({
  ...section,
  collect: async (system) =>
    (await kindOf(system, facts)) === kind ? section.collect(system) : undefined,
});

/** A section that is left out in containers where Checkmk's agent does so and is to be passed for. */
export function unlessLeftOut(facts: ContainerFacts, section: AgentSection): AgentSection {
  if (facts.checkmkCompatible === undefined) return section;
  return {
    ...section,
    collect: async (system) => {
      const kind = await kindOf(system, facts);
      return kind && LEFT_OUT[kind].has(section.name) ? undefined : section.collect(system);
    },
  };
}

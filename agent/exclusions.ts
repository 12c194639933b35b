/**
 * exclude_sections.cfg: the sections that are to be left out. A file for a shell, of which the
 * assignments to variables `MK_SKIP_…` are understood: any value but none leaves out, `no` too.
 */
import { attempt } from "./readings/attempt.ts";
import { configLines } from "./config_file.ts";
import type { Account } from "./report.ts";
import type { AgentSection, System } from "./section.ts";

const FILE = "exclude_sections.cfg";
/** A change of the file counts after so long. */
const LOOK_SECONDS = 60;
const MAX_FAULTS = 10;
const VARIABLE = /^MK_SKIP_[A-Z0-9_]+$/;
const ASSIGNMENT =
  /^(?:export\s+)?([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s"'$`;&|]*)(?:\s*;)?(?:\s+#.*)?$/;
const REMOVAL = /^unset\s+(?:-v\s+)?([A-Za-z_]\w*(?:\s+[A-Za-z_]\w*)*)(?:\s*;)?(?:\s+#.*)?$/;

/** What Checkmk's agent calls the part that makes a section; others are called as their section. */
const CALLED: Readonly<Record<string, string>> = {
  df_v2: "DF",
  docker_container_cpu: "CPU",
  docker_container_cpu_cgroupv2: "CPU",
  docker_container_diskstat: "DISKSTAT",
  docker_container_diskstat_cgroupv2: "DISKSTAT",
  docker_container_mem: "MEM",
  docker_container_mem_cgroupv2: "MEM",
  ipmi: "IPMITOOL",
  ipmi_discrete: "IPMITOOL",
  ipmi_sensors: "IPMISENSORS",
  lnx_bonding: "BONDING_IF",
  lnx_thermal: "THERMAL",
  lxc_container_cpu: "CPU",
  lxc_container_cpu_cgroupv2: "CPU",
  multipath: "MULTIPATHING",
  nfsmounts_v2: "NFS_MOUNTS",
  ntp: "TIMESYNCHRONISATION",
  nullmailer_mailq: "MAILQUEUE",
  openvpn_clients: "OPENVPN",
  ovs_bonding: "VSWITCH_BONDING",
  postfix_mailq: "MAILQUEUE",
  postfix_mailq_status: "MAILQUEUE",
  ps_lnx: "PS",
  pvecm_nodes: "PROXMOX",
  pvecm_status: "PROXMOX",
  systemd_units: "SYSTEMD",
  tcp_conn_stats: "TCP",
  timesyncd: "TIMESYNCHRONISATION",
  timesyncd_ntpmessage: "TIMESYNCHRONISATION",
  zfsget: "ZFS",
  zpool_status: "ZPOOL",
};

/** Without this one a report is none. */
const ALWAYS = "check_mk";

/** The names after `MK_SKIP_` by which a section may be left out. */
export function skipNames(section: string): readonly string[] {
  if (section === ALWAYS) return [];
  const called = CALLED[section];
  return called === undefined ? [section.toUpperCase()] : [section.toUpperCase(), called];
}

export interface Skipped {
  /** What stands after `MK_SKIP_`. */
  readonly names: ReadonlySet<string>;
  /** Line -> what is the matter with it. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Reads what such a file says, line by line as a shell would; nothing is run. */
export function parseExclusions(text: string): Skipped {
  const names = new Set<string>();
  const faults = new Map<string, string>();
  for (const { place, text: line } of configLines(FILE, text)) {
    const [, variable = "", value = ""] = ASSIGNMENT.exec(line) ?? [];
    const removed = REMOVAL.exec(line)?.[1]?.split(/\s+/) ?? [];
    const off = variable !== "" && /^(""|'')?$/.test(value) ? [variable] : removed;
    for (const name of off) names.delete(bare(name));
    if (VARIABLE.test(variable) && off.length === 0) names.add(bare(variable));
    if (variable === "" && removed.length === 0 && faults.size < MAX_FAULTS)
      faults.set(place, "is neither MK_SKIP_SECTION=yes nor unset MK_SKIP_SECTION");
  }
  return { names, faults };
}

const bare = (variable: string): string => variable.slice("MK_SKIP_".length);

/** The exclusions of a configuration folder, looked up as sections are collected. */
export class Exclusions {
  readonly #file: string;
  #faults: Skipped["faults"] = new Map();

  constructor(configDir: string) {
    this.#file = `${configDir}/${FILE}`;
  }

  /** A section that is there as long as it is not to be left out. */
  of(section: AgentSection): AgentSection {
    const names = skipNames(section.name);
    return {
      ...section,
      collect: async (system) => {
        const skipped = await this.#look(system);
        return names.some((name) => skipped.has(name)) ? undefined : section.collect(system);
      },
    };
  }

  /** What is wrong with the file. */
  accounts(): readonly Account[] {
    return [...this.#faults].map(([script, error]) => ({ script, error }));
  }

  async #look(system: System): Promise<Skipped["names"]> {
    const { names, faults } = await system.memo(FILE, { seconds: LOOK_SECONDS }, async () => {
      const read = Promise.resolve(this.#file).then((file) => system.readOnce(file));
      const { value = "", error } = await attempt(read);
      const found = parseExclusions(value);
      return error === undefined ? found : { ...found, faults: new Map([[FILE, error]]) };
    });
    this.#faults = faults;
    return names;
  }
}

import { inside, unlessLeftOut } from "../readings/container.ts";
import type { AgentSection } from "../section.ts";
import { checkMk, type Facts } from "./check_mk.ts";
import { checkmkAgentPluginsLnx } from "./checkmk_agent_plugins_lnx.ts";
import { chrony } from "./chrony.ts";
import { cifsmounts } from "./cifsmounts.ts";
import { cpu } from "./cpu.ts";
import { dfV2 } from "./df_v2.ts";
import { diskstat } from "./diskstat.ts";
import { dockerContainerCpu } from "./docker_container_cpu.ts";
import { dockerContainerCpuCgroupv2 } from "./docker_container_cpu_cgroupv2.ts";
import { dockerContainerDiskstat } from "./docker_container_diskstat.ts";
import { dockerContainerDiskstatCgroupv2 } from "./docker_container_diskstat_cgroupv2.ts";
import { dockerContainerMem } from "./docker_container_mem.ts";
import { dockerContainerMemCgroupv2 } from "./docker_container_mem_cgroupv2.ts";
import { drbd } from "./drbd.ts";
import { fileinfo } from "./fileinfo.ts";
import { haproxy } from "./haproxy.ts";
import { ipmi } from "./ipmi.ts";
import { ipmiDiscrete } from "./ipmi_discrete.ts";
import { ipmiSensors } from "./ipmi_sensors.ts";
import { job } from "./job.ts";
import { kernel } from "./kernel.ts";
import { labels } from "./labels.ts";
import { lnxBonding } from "./lnx_bonding.ts";
import { lnxIf } from "./lnx_if.ts";
import { lnxThermal } from "./lnx_thermal.ts";
import { lxcContainerCpu } from "./lxc_container_cpu.ts";
import { lxcContainerCpuCgroupv2 } from "./lxc_container_cpu_cgroupv2.ts";
import { md } from "./md.ts";
import { mem } from "./mem.ts";
import { mounts } from "./mounts.ts";
import { multipath } from "./multipath.ts";
import { nfsmountsV2 } from "./nfsmounts_v2.ts";
import { ntp } from "./ntp.ts";
import { nullmailerMailq } from "./nullmailer_mailq.ts";
import { openvpnClients } from "./openvpn_clients.ts";
import { ovsBonding } from "./ovs_bonding.ts";
import { postfixMailq } from "./postfix_mailq.ts";
import { postfixMailqStatus } from "./postfix_mailq_status.ts";
import { psLnx } from "./ps_lnx.ts";
import { pvecmNodes } from "./pvecm_nodes.ts";
import { pvecmStatus } from "./pvecm_status.ts";
import { roundsmanConntrack } from "./roundsman_conntrack.ts";
import { roundsmanFilefd } from "./roundsman_filefd.ts";
import { roundsmanTimex } from "./roundsman_timex.ts";
import { roundsmanUname } from "./roundsman_uname.ts";
import { systemdUnits } from "./systemd_units.ts";
import { tcpConnStats } from "./tcp_conn_stats.ts";
import { timesyncd } from "./timesyncd.ts";
import { timesyncdNtpmessage } from "./timesyncd_ntpmessage.ts";
import { uptime } from "./uptime.ts";
import { vboxGuest } from "./vbox_guest.ts";
import { zfsget } from "./zfsget.ts";
import { zpool } from "./zpool.ts";
import { zpoolStatus } from "./zpool_status.ts";

/** Everything the agent tells of its host, in the order in which it does. */
export function sections(facts: Facts): readonly AgentSection[] {
  const docker = (section: AgentSection): AgentSection => inside("docker", facts, section);
  const lxc = (section: AgentSection): AgentSection => inside("lxc", facts, section);
  return [
    checkMk(facts),
    checkmkAgentPluginsLnx(facts),
    labels(facts),
    dfV2,
    systemdUnits,
    zfsget,
    nfsmountsV2,
    cifsmounts,
    mounts,
    psLnx,
    mem,
    docker(dockerContainerMem),
    docker(dockerContainerMemCgroupv2),
    cpu,
    docker(dockerContainerCpu),
    docker(dockerContainerCpuCgroupv2),
    lxc(lxcContainerCpu),
    lxc(lxcContainerCpuCgroupv2),
    uptime,
    lnxIf,
    lnxBonding,
    ovsBonding,
    tcpConnStats,
    multipath,
    diskstat,
    docker(dockerContainerDiskstat),
    docker(dockerContainerDiskstatCgroupv2),
    kernel,
    md,
    vboxGuest,
    openvpnClients,
    drbd,
    postfixMailq,
    postfixMailqStatus,
    nullmailerMailq,
    zpoolStatus,
    zpool,
    fileinfo(facts),
    job(facts),
    lnxThermal,
    pvecmStatus,
    pvecmNodes,
    haproxy,
    chrony,
    ipmi,
    ipmiDiscrete,
    ipmiSensors,
    timesyncd,
    timesyncdNtpmessage,
    ntp,
    roundsmanTimex,
    roundsmanFilefd,
    roundsmanConntrack,
    roundsmanUname(facts),
  ].map((section) => unlessLeftOut(facts, section));
}

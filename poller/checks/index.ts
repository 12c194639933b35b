import type { Check } from "../judge/check.ts";
import { threewareDisks } from "./3ware_disks.ts";
import { threewareInfo } from "./3ware_info.ts";
import { threewareUnits } from "./3ware_units.ts";
import { arcRaidStatus } from "./arc_raid_status.ts";
import { checkMk } from "./check_mk.ts";
import { checkmkAgentPluginsLnx } from "./checkmk_agent_plugins_lnx.ts";
import { checkmkAgentPluginsWin } from "./checkmk_agent_plugins_win.ts";
import { checkmkCachedPlugins } from "./checkmk_cached_plugins.ts";
import { chrony } from "./chrony.ts";
import { cifsmounts } from "./cifsmounts.ts";
import { cmkAgentCtlStatus } from "./cmk_agent_ctl_status.ts";
import { cmkSiteStatistics } from "./cmk_site_statistics.ts";
import { cmkUpdateAgentStatus } from "./cmk_update_agent_status.ts";
import { cpu } from "./cpu.ts";
import { cupsQueues } from "./cups_queues.ts";
import { df } from "./df.ts";
import { dfV2 } from "./df_v2.ts";
import { diskstat } from "./diskstat.ts";
import { dmraid } from "./dmraid.ts";
import { dockerContainerCpu } from "./docker_container_cpu.ts";
import { dockerContainerCpuCgroupv2 } from "./docker_container_cpu_cgroupv2.ts";
import { dockerContainerDiskstat } from "./docker_container_diskstat.ts";
import { dockerContainerDiskstatCgroupv2 } from "./docker_container_diskstat_cgroupv2.ts";
import { dockerContainerMem } from "./docker_container_mem.ts";
import { dockerContainerMemCgroupv2 } from "./docker_container_mem_cgroupv2.ts";
import { dotnetClrmemory } from "./dotnet_clrmemory.ts";
import { drbd } from "./drbd.ts";
import { esxSysteminfo } from "./esx_systeminfo.ts";
import { exasolDatabase } from "./exasol_database.ts";
import { exasolNodes } from "./exasol_nodes.ts";
import { exasolServices } from "./exasol_services.ts";
import { fileinfo } from "./fileinfo.ts";
import { haproxy } from "./haproxy.ts";
import { ipmi } from "./ipmi.ts";
import { ipmiDiscrete } from "./ipmi_discrete.ts";
import { ipmiSensors } from "./ipmi_sensors.ts";
import { job } from "./job.ts";
import { kernel } from "./kernel.ts";
import { labels } from "./labels.ts";
import { livestatusSslCerts } from "./livestatus_ssl_certs.ts";
import { livestatusStatus } from "./livestatus_status.ts";
import { lnxBonding } from "./lnx_bonding.ts";
import { lnxIf } from "./lnx_if.ts";
import { lnxThermal } from "./lnx_thermal.ts";
import { local } from "./local.ts";
import { logwatch } from "./logwatch.ts";
import { lsi } from "./lsi.ts";
import { lxcContainerCpu } from "./lxc_container_cpu.ts";
import { lxcContainerCpuCgroupv2 } from "./lxc_container_cpu_cgroupv2.ts";
import { md } from "./md.ts";
import { megaraidBbu } from "./megaraid_bbu.ts";
import { megaraidLdisks } from "./megaraid_ldisks.ts";
import { megaraidPdisks } from "./megaraid_pdisks.ts";
import { mem } from "./mem.ts";
import { mkbackup } from "./mkbackup.ts";
import { mkeventdStatus } from "./mkeventd_status.ts";
import { mknotifyd } from "./mknotifyd.ts";
import { mounts } from "./mounts.ts";
import { mrpe } from "./mrpe.ts";
import { mssql } from "./mssql/index.ts";
import { multipath } from "./multipath.ts";
import { netctr } from "./netctr.ts";
import { nfsmounts } from "./nfsmounts.ts";
import { nfsmountsV2 } from "./nfsmounts_v2.ts";
import { nginxStatus } from "./nginx_status.ts";
import { ntp } from "./ntp.ts";
import { nullmailerMailq } from "./nullmailer_mailq.ts";
import { nvidia } from "./nvidia.ts";
import { omdApache } from "./omd_apache.ts";
import { omdBrokerQueues } from "./omd_broker_queues.ts";
import { omdBrokerShovels } from "./omd_broker_shovels.ts";
import { omdBrokerStatus } from "./omd_broker_status.ts";
import { omdDiskusage } from "./omd_diskusage.ts";
import { omdInfo } from "./omd_info.ts";
import { omdStatus } from "./omd_status.ts";
import { openvpnClients } from "./openvpn_clients.ts";
import { ovsBonding } from "./ovs_bonding.ts";
import { postfixMailq } from "./postfix_mailq.ts";
import { postfixMailqStatus } from "./postfix_mailq_status.ts";
import { ps } from "./ps.ts";
import { psLnx } from "./ps_lnx.ts";
import { puppetAgent } from "./puppet_agent.ts";
import { pvecmNodes } from "./pvecm_nodes.ts";
import { pvecmStatus } from "./pvecm_status.ts";
import { qmailStats } from "./qmail_stats.ts";
import { roundsmanAgent } from "./roundsman_agent.ts";
import { roundsmanConntrack } from "./roundsman_conntrack.ts";
import { roundsmanFilefd } from "./roundsman_filefd.ts";
import { roundsmanInventory } from "./roundsman_inventory.ts";
import { roundsmanTimex } from "./roundsman_timex.ts";
import { roundsmanUname } from "./roundsman_uname.ts";
import { services } from "./services.ts";
import { storcliCacheVault } from "./storcli_cache_vault.ts";
import { storcliPhysicalDisks } from "./storcli_physical_disks.ts";
import { storcliVirtualDisks } from "./storcli_virtual_disks.ts";
import { systemdUnits } from "./systemd_units.ts";
import { systemtime } from "./systemtime.ts";
import { tcpConnStats } from "./tcp_conn_stats.ts";
import { timesyncd } from "./timesyncd.ts";
import { timesyncdNtpmessage } from "./timesyncd_ntpmessage.ts";
import { uptime } from "./uptime.ts";
import { varnish } from "./varnish.ts";
import { vboxGuest } from "./vbox_guest.ts";
import { vmsCpu } from "./vms_cpu.ts";
import { vmsDiskstat } from "./vms_diskstat.ts";
import { vmsIf } from "./vms_if.ts";
import { vmsQueuejobs } from "./vms_queuejobs.ts";
import { vmsSystem } from "./vms_system.ts";
import { vmsUsers } from "./vms_users.ts";
import { windowsTasks } from "./windows_tasks.ts";
import { winperfIf } from "./winperf_if.ts";
import { winperfPhydisk } from "./winperf_phydisk.ts";
import { winperfProcessor } from "./winperf_processor.ts";
import { winperfTcpConn } from "./winperf_tcp_conn.ts";
import { winperfTsSessions } from "./winperf_ts_sessions.ts";
import { wmiCpuload } from "./wmi_cpuload.ts";
import { zfsArcCache } from "./zfs_arc_cache.ts";
import { zfsget } from "./zfsget.ts";
import { zpool } from "./zpool.ts";
import { zpoolStatus } from "./zpool_status.ts";

/** The catalogue: what is made of each section that is known, by name. */
export const checks: readonly Check[] = [
  threewareDisks,
  threewareInfo,
  threewareUnits,
  arcRaidStatus,
  checkMk,
  checkmkAgentPluginsLnx,
  checkmkAgentPluginsWin,
  checkmkCachedPlugins,
  chrony,
  cifsmounts,
  cmkAgentCtlStatus,
  cmkSiteStatistics,
  cmkUpdateAgentStatus,
  cpu,
  cupsQueues,
  df,
  dfV2,
  diskstat,
  dmraid,
  dockerContainerCpu,
  dockerContainerCpuCgroupv2,
  dockerContainerDiskstat,
  dockerContainerDiskstatCgroupv2,
  dockerContainerMem,
  dockerContainerMemCgroupv2,
  dotnetClrmemory,
  drbd,
  esxSysteminfo,
  exasolDatabase,
  exasolNodes,
  exasolServices,
  fileinfo,
  haproxy,
  ipmi,
  ipmiDiscrete,
  ipmiSensors,
  job,
  kernel,
  labels,
  livestatusSslCerts,
  livestatusStatus,
  lnxBonding,
  lnxIf,
  lnxThermal,
  local,
  logwatch,
  lsi,
  lxcContainerCpu,
  lxcContainerCpuCgroupv2,
  md,
  megaraidBbu,
  megaraidLdisks,
  megaraidPdisks,
  mem,
  mkbackup,
  mkeventdStatus,
  mknotifyd,
  mounts,
  mrpe,
  ...mssql,
  multipath,
  netctr,
  nfsmounts,
  nfsmountsV2,
  nginxStatus,
  ntp,
  nullmailerMailq,
  nvidia,
  omdApache,
  omdBrokerQueues,
  omdBrokerShovels,
  omdBrokerStatus,
  omdDiskusage,
  omdInfo,
  omdStatus,
  openvpnClients,
  ovsBonding,
  postfixMailq,
  postfixMailqStatus,
  ps,
  psLnx,
  puppetAgent,
  pvecmNodes,
  pvecmStatus,
  qmailStats,
  roundsmanAgent,
  roundsmanConntrack,
  roundsmanFilefd,
  roundsmanInventory,
  roundsmanTimex,
  roundsmanUname,
  services,
  storcliCacheVault,
  storcliPhysicalDisks,
  storcliVirtualDisks,
  systemdUnits,
  systemtime,
  tcpConnStats,
  timesyncd,
  timesyncdNtpmessage,
  uptime,
  varnish,
  vboxGuest,
  vmsCpu,
  vmsDiskstat,
  vmsIf,
  vmsQueuejobs,
  vmsSystem,
  vmsUsers,
  windowsTasks,
  winperfIf,
  winperfPhydisk,
  winperfProcessor,
  winperfTcpConn,
  winperfTsSessions,
  wmiCpuload,
  zfsArcCache,
  zfsget,
  zpool,
  zpoolStatus,
];

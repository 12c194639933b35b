/** Other agents for hosts, as Debian packages them: how each is started, and asked for what a poller needs. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

export interface Peer {
  readonly name: string;
  /** What must be installed. */
  readonly program: string;
  /** The content of its configuration file. */
  config(port: number, folder: string): string;
  /** What starts it in the foreground; `program` and `config` are paths. */
  command(program: string, config: string, port: number): readonly [string, ...string[]];
  /** Sent on a connection each, one after the other. */
  readonly requests: readonly Buffer[];
  /** When the data of an answer was collected, in epoch seconds; absent where that is when it is asked for. */
  madeAt?(answer: string): number;
  readonly signal?: NodeJS.Signals;
  /** Processes above it that are there for the measurement alone. */
  readonly wrappers?: number;
}

/** Path of a program on PATH or where distributions keep those of the system's administrator. */
export const locate = (program: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"]
    .map((folder) => join(folder, program))
    .find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const GET = Buffer.from("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

/** The fair one: it collects beforehand too, every 10 s. */
const collectd: Peer = {
  name: "collectd, write_prometheus",
  program: "collectd",
  config: (port, folder) =>
    [
      `BaseDir "${folder}"`,
      "Interval 10",
      "FQDNLookup false",
      ...COLLECTD_PLUGINS.map((plugin) => `LoadPlugin ${plugin}`),
      "<Plugin tcpconns>\nAllPortsSummary true\n</Plugin>",
      `<Plugin write_prometheus>\nHost "127.0.0.1"\nPort "${port}"\n</Plugin>\n`,
    ].join("\n"),
  command: (program, config) => [program, "-f", "-C", config],
  requests: [GET],
  madeAt: (answer) => Number(/^collectd_load_shortterm\S* \S+ (\d+)/m.exec(answer)?.[1]) / 1000,
};

const COLLECTD_PLUGINS = [
  ...["contextswitch", "cpu", "df", "disk", "interface", "load", "memory", "processes", "swap"],
  ...["tcpconns", "uptime", "users", "vmem", "write_prometheus"],
];

const nodeExporter: Peer = {
  name: "node_exporter",
  program: "prometheus-node-exporter",
  config: () => "",
  // Unless told, it refuses more than 40 requests at once.
  command: (program, _, port) => [
    program,
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.max-requests=0",
  ],
  requests: [GET],
};

/** A connection per item: what the server's template for Linux asks for, where this agent knows it. */
const zabbix: Peer = {
  name: "zabbix_agentd, 30 items",
  program: "zabbix_agentd",
  config: (port, folder) =>
    [
      "ListenIP=127.0.0.1",
      `ListenPort=${port}`,
      "Server=127.0.0.1",
      "LogType=console",
      `PidFile=${folder}/zabbix.pid`,
      "AllowRoot=1\n",
    ].join("\n"),
  command: (program, config) => [program, "-f", "-c", config],
  requests: [
    ...["agent.hostname", "agent.ping", "agent.version", "kernel.maxfiles", "kernel.maxproc"],
    ...["proc.num", "proc.num[,,run]", "system.boottime", "system.hostname", "system.localtime"],
    ...["system.cpu.intr", "system.cpu.num", "system.cpu.switches", "system.sw.arch"],
    ...["avg1", "avg5", "avg15"].map((mean) => `system.cpu.load[all,${mean}]`),
    ...["idle", "iowait", "system", "user"].map((type) => `system.cpu.util[,${type}]`),
    ...["system.swap.size[,pfree]", "system.uname", "system.uptime", "system.users.num"],
    ...["vm.memory.size[available]", "vm.memory.size[total]", "vfs.fs.inode[/,pfree]"],
    ...["vfs.fs.size[/,pused]", "net.if.in[lo]"],
  ].map(zabbixRequest),
};

/** Source: "Header and data length" of Zabbix's manual. */
function zabbixRequest(key: string): Buffer {
  const header = Buffer.alloc(13);
  header.write("ZBXD\x01", "latin1");
  header.writeUInt32LE(key.length, 5);
  return Buffer.concat([header, Buffer.from(key)]);
}

const NRPE_CHECKS = {
  load: "check_load -w 500 -c 900",
  disk: "check_disk -w 1% -c 1% -p /",
  procs: "check_procs -w 9000 -c 9999",
  swap: "check_swap -w 1% -c 1%",
  users: "check_users -w 500 -c 900",
};

/**
 * A connection and a program per check. It lets its children go, so their CPU would be nobody's: a
 * shell that is init to it takes them in.
 */
const nrpe: Peer = {
  name: "nrpe, 5 checks",
  program: "nrpe",
  config: (port, folder) =>
    [
      "server_address=127.0.0.1",
      `server_port=${port}`,
      "allowed_hosts=127.0.0.1",
      "nrpe_user=nobody",
      "nrpe_group=nogroup",
      `log_file=${folder}/nrpe.log`,
      ...Object.entries(NRPE_CHECKS).map(
        ([name, check]) => `command[${name}]=/usr/lib/nagios/plugins/${check}`,
      ),
      "",
    ].join("\n"),
  command: (program, config) => [
    "unshare",
    ...(process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"]),
    ...["--pid", "--fork", "--kill-child=KILL"],
    ...["sh", "-c", `"${program}" -f -n -c "${config}" & wait`],
  ],
  requests: Object.keys(NRPE_CHECKS).map(nrpeRequest),
  signal: "SIGKILL",
  wrappers: 2,
};

/** A query of protocol version 2; the checksum is made with itself as 0. */
function nrpeRequest(command: string): Buffer {
  const packet = Buffer.alloc(1036);
  packet.writeUInt16BE(2, 0);
  packet.writeUInt16BE(1, 2);
  packet.write(command, 10, "latin1");
  packet.writeUInt32BE(crc32(packet), 4);
  return packet;
}

export const peers: readonly Peer[] = [collectd, nodeExporter, zabbix, nrpe];

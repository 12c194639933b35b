/**
 * TCP sockets by state: `HEX count`, the state as the kernel numbers it.
 *
 * Source: /proc/net/tcp and tcp6, column `st`. A long table takes a while to read, and the kernel
 * holds locks meanwhile: beyond 10,000 rows it is read once a minute.
 */
import { eachLine } from "../readings/lines.ts";
import type { AgentSection, System } from "../section.ts";

const LONG_ROWS = 10_000;
const LONG_SECONDS = 60;
/** `   0: 0100007F:1F90 00000000:0000 0A …`, addresses of 8 or 32 digits. */
const ROW = /^\s*\d+: [0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /;

interface Sockets {
  readonly rows: number;
  /** Absent where there is no table at all. */
  readonly text: string | undefined;
}

export const tcpConnStats: AgentSection = {
  name: "tcp_conn_stats",
  async collect(system) {
    const seconds = ({ rows }: Sockets): number => (rows > LONG_ROWS ? LONG_SECONDS : 0);
    return (await system.memo("tcp sockets", { seconds }, () => count(system))).text;
  },
};

async function count(system: System): Promise<Sockets> {
  const states = new Map<string, number>();
  let rows = 0;
  let there = false;
  for (const path of ["/proc/net/tcp", "/proc/net/tcp6"])
    there =
      (await eachLine(system, path, (line) => {
        const state = ROW.exec(line)?.[1];
        if (state === undefined) return;
        states.set(state, (states.get(state) ?? 0) + 1);
        rows++;
      })) || there;
  const text = Array.from(states, ([state, sockets]) => `${state} ${sockets}\n`).join("");
  return { rows, text: there ? text : undefined };
}

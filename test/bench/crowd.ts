/** Processes and sockets for agents to look at, so that a bare machine is no excuse. */
import { spawn, type ChildProcess } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";
import { portOf } from "./tools.ts";

export const PROCESSES = 100;
export const SOCKETS = 200;

export async function makeCrowd(): Promise<{ end(): void }> {
  const processes: ChildProcess[] = Array.from({ length: PROCESSES }, () =>
    spawn("sleep", ["1000"], { stdio: "ignore" }),
  );
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const port = portOf(server);
  const sockets: Socket[] = Array.from({ length: SOCKETS / 2 }, () => connect(port, "127.0.0.1"));
  return {
    end() {
      for (const child of processes) child.kill("SIGKILL");
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The agent that is measured, and what it says. */
import { mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { start, top, type Server } from "./tools.ts";

export interface AgentOptions {
  /** Where its folders are made. */
  readonly folder: string;
  readonly port: number;
  /** Seconds; its default unless told. */
  readonly interval?: number;
  /** Connections at once from one address; its default unless told. */
  readonly perAddress?: number;
  /** A command that runs the agent with what it does to the world, such as a mount. */
  readonly under?: readonly [string, ...string[]];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the agent; resolves when it has collected for the first time. */
export function startAgent({
  folder,
  port,
  interval,
  perAddress,
  under,
  env,
}: AgentOptions): Promise<Server> {
  const flags = {
    listen: `127.0.0.1:${port}`,
    plugins: join(folder, "plugins"),
    local: join(folder, "local"),
    "config-dir": join(folder, "config"),
    "state-dir": join(folder, "state"),
    ...(interval && { interval }),
    ...(perAddress && { "max-per-address": perAddress }),
  };
  for (const name of ["plugins", "local", "config", "state"])
    mkdirSync(join(folder, name), { recursive: true });
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = join(top, "dist/agent/main.js");
  const [command, ...rest] = under
    ? [...under, program, "serve", ...args]
    : [program, "serve", ...args];
  return start(command, rest, { ready: "ready", env });
}

/** All that a server says to the end, once it was sent what is in a file, if any. */
export function fetchAll(port: number, request?: string): Promise<Buffer> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1")
      .on("data", (chunk) => chunks.push(chunk))
      .on("end", () => done(Buffer.concat(chunks)))
      .on("error", fail);
    if (request !== undefined) socket.write(readFileSync(request));
  });
}

/** When the agent looked at the kernel's counters for this report, in epoch seconds. */
export const madeAt = (report: string): number =>
  Number(/"section":"kernel","at":([\d.]+)/.exec(report)?.[1]);

/** A poller whose hosts are polled by several processes, as it is installed. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { bin } from "../../dist.ts";
import { eventually, temporaryFolder } from "../../programs.ts";

export interface Poller {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has logged so far. */
  log(): string;
  /** What a path of it is answered with. */
  get(path: string): Promise<string>;
  /** The summary of a service of a host, once the host is there. */
  summary(host: string, service: string): Promise<string | undefined>;
  /** The processes that poll. */
  pollers(): number[];
  /** Those, and whatever they have started. */
  descendants(): number[];
  reload(config: string): void;
  /** Resolves with the exit code once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Starts one with a config; it has a process group of its own, and ends with the test. */
export async function poller(config: string): Promise<Poller> {
  const folder = temporaryFolder();
  const file = join(folder, "poller.yaml");
  const write = (text: string): void =>
    writeFileSync(file, `listen: 127.0.0.1:0\nstate_dir: ${folder}/state\n${text}`);
  write(config);
  const child = spawn(process.execPath, [bin("roundsman-poller"), "serve", "--config", file], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const url = await eventually(() => /^ready: (\S+)/m.exec(text)?.[1]);
  const get = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  return {
    ...{ child, url, ended, get },
    log: () => text,
    async summary(host, service) {
      const answer = await fetch(`${url}/api/v1/hosts/${host}`);
      if (answer.status !== 200) return undefined;
      const { services } = (await answer.json()) as { services: Record<string, string>[] };
      return services.find((one) => one["service"] === service)?.["summary"];
    },
    pollers: () => childrenOf(child.pid ?? 0),
    descendants: () => descendantsOf(child.pid ?? 0),
    reload(next) {
      write(next);
      child.kill("SIGHUP");
    },
  };
}

/** Waits until every host was tried. */
export const ready = (one: Poller): Promise<void> =>
  expect.poll(() => one.get("/-/ready"), { timeout: 45_000 }).toBe("ready\n");

/** Whether a process is there that is not dead but unburied. */
export const isAlive = (pid: number): boolean => !"ZX".includes(statOf(pid)?.state ?? "X");

const childrenOf = (parent: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent && isAlive(pid));

const descendantsOf = (parent: number): number[] =>
  childrenOf(parent).flatMap((pid) => [pid, ...descendantsOf(pid)]);

function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "X", parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

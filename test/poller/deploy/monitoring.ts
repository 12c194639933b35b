/** The programs as they run beside each other: agents, poller, Prometheus; ended with the test. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin } from "../../dist.ts";
import { eventually, freePort, runProgram, type Running, startProgram } from "../../programs.ts";

/** An agent of this host on loopback. */
export interface Agent extends Running {
  readonly port: number;
}

export async function startAgent(flags: readonly string[]): Promise<Agent> {
  const args = ["serve", "--listen", "127.0.0.1:0", "--interval", "1", ...flags];
  const agent = await startProgram(bin("roundsman-agent"), args, "ready");
  return { ...agent, port: Number(/127\.0\.0\.1:(\d+)/.exec(agent.output())?.[1]) };
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A poller of some hosts, and a Prometheus that scrapes it. */
export interface Monitoring {
  query(expression: string): Promise<readonly Sample[]>;
  /** Waits until a query gives what is wanted. */
  until(expression: string, wanted: (samples: readonly Sample[]) => boolean): Promise<true>;
}

/**
 * Polls hosts, as a config lists them, every two seconds; `prometheus` is what stands in its config
 * before the job that the poller prints.
 */
export async function startMonitoring(
  folder: string,
  hosts: string,
  prometheus = "",
): Promise<Monitoring> {
  const config = join(folder, "poller.yaml");
  writeFileSync(
    config,
    `listen: 127.0.0.1:${await freePort()}
state_dir: ${join(folder, "state")}
poll: { interval: 2s, timeout: 1s }
hosts:
${hosts}`,
  );
  const poller = bin("roundsman-poller");
  await startProgram(poller, ["serve", "--config", config], "ready");
  const { stdout: job } = await runProgram(poller, ["scrape-config", "--config", config]);
  const jobs = join(folder, "prometheus.yml");
  writeFileSync(jobs, `${prometheus}${job}`);
  const port = await freePort();
  await startProgram(
    "prometheus",
    [
      `--config.file=${jobs}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--rules.alert.resend-delay=1s",
    ],
    "Server is ready to receive web requests",
  );
  const query: Monitoring["query"] = async (expression) => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = (await (await fetch(url)).json()) as Answer;
    if (!answer.data) throw new Error(`${expression}: ${String(answer.error)}`);
    return answer.data.result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1]),
    }));
  };
  return {
    query,
    until: (expression, wanted) =>
      eventually(async () => (wanted(await query(expression)) ? true : undefined)),
  };
}

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

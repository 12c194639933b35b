import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bin } from "./dist.ts";
import { program, testWith } from "./peers.ts";
import { eventually, freePort, runProgram, startProgram, temporaryFolder } from "./programs.ts";

interface Answer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

testWith(program("prometheus"))(
  "a real Prometheus scrapes the poller, and what an agent said ends when the agent does",
  async () => {
    const folder = temporaryFolder();
    const agent = await startProgram(
      bin("roundsman-agent"),
      ["serve", "--listen", "127.0.0.1:0", "--plugins", folder, "--local", folder],
      "ready",
    );
    const agentPort = Number(/127\.0\.0\.1:(\d+)/.exec(agent.output())?.[1]);
    const pollerPort = await freePort();
    const config = join(folder, "poller.yaml");
    writeFileSync(
      config,
      `listen: 127.0.0.1:${pollerPort}
state_dir: ${folder}/state
poll: { interval: 2s, timeout: 1s }
hosts: [{ name: here, address: 127.0.0.1, port: ${agentPort} }]
`,
    );
    const poller = bin("roundsman-poller");
    await startProgram(poller, ["serve", "--config", config], "ready");
    const { stdout: job } = await runProgram(poller, ["scrape-config", "--config", config]);
    const jobs = join(folder, "prometheus.yml");
    writeFileSync(jobs, job);
    const port = await freePort();
    await startProgram(
      "prometheus",
      [
        `--config.file=${jobs}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      "Server is ready to receive web requests",
    );
    const query = async (expression: string): Promise<number[]> => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const { data } = (await (await fetch(url)).json()) as Answer;
      return data.result.map(({ value }) => Number(value[1]));
    };
    const until = (expression: string, wanted: (values: number[]) => boolean): Promise<true> =>
      eventually(async () => (wanted(await query(expression)) ? true : undefined));

    await until('up{job="node"}', ([up]) => up === 1);
    await until('roundsman_up{instance="here"}', ([up]) => up === 1);
    await until('node_memory_MemAvailable_bytes{job="node",instance="here"}', ([n = 0]) => n > 1e6);
    await until(
      'rate(node_cpu_seconds_total{instance="here",mode="idle"}[30s])',
      (r) => r.length > 0,
    );
    expect(await query('node_load1{exported_instance!=""}')).toEqual([]);

    await agent.stop();
    await until('roundsman_up{instance="here"}', ([up]) => up === 0);
    await until('node_load1{instance="here"}', (values) => values.length === 0);
    await until(
      'roundsman_poll_errors_total{instance="here",reason="refused"}',
      ([n = 0]) => n >= 3,
    );
    expect(await query('up{job="node"}')).toEqual([1]);
  },
);

import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { expect, onTestFinished } from "vitest";
import { WebFiles } from "../../../poller/http/web_files.ts";
import { program, testWith } from "../../peers.ts";
import { eventually, freePort, startProgram, temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { filledFolder } from "../pki/folders.ts";
import { agent, answering } from "../sources/agents.ts";
import { filesOf } from "../sources/controller.ts";
import { serving } from "./serving.ts";

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

testWith(program("prometheus"))(
  "a real Prometheus finds our hosts, probes them and scrapes shards, over TLS and with a password",
  async () => {
    const { port } = await agent(answering("<<<uptime>>>\n4711 1\n"));
    const pki = await filledFolder();
    const { ca, cert, key } = filesOf(pki, "web1");
    const folder = temporaryFolder();
    const file = join(folder, "web.yml");
    await writeFile(
      file,
      `tls_server_config: { cert_file: ${cert}, key_file: ${key}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ${ca} }
basic_auth_users: { prometheus: "${hashSync("s3cret", 8)}" }
`,
    );
    const web = await WebFiles.open(file, { onFault: () => undefined });
    onTestFinished(() => web.close());
    const hosts = [hostOf(port, { labels: { site: "berlin" } }), hostOf(1, { name: "dead" })];
    const { port: ours, pollAll } = await serving(hosts, {}, { web });
    await pollAll();
    const client = filesOf(pki);
    const access = `
    scheme: https
    scrape_interval: 1s
    basic_auth: { username: prometheus, password: s3cret }
    tls_config: { ca_file: ${ca}, cert_file: ${client.cert}, key_file: ${client.key} }`;
    const jobs = join(folder, "prometheus.yml");
    writeFileSync(
      jobs,
      `scrape_configs:
  - job_name: probes${access}
    metrics_path: /probe
    params: { strict: ["1"] }
    http_sd_configs:
      - url: https://127.0.0.1:${ours}/sd
        refresh_interval: 1s
        basic_auth: { username: prometheus, password: s3cret }
        tls_config: { ca_file: ${ca}, cert_file: ${client.cert}, key_file: ${client.key} }
    relabel_configs:
      - { source_labels: [__name], target_label: __param_target }
      - { source_labels: [__name], target_label: instance }
      - { target_label: __address__, replacement: "127.0.0.1:${ours}" }
  - job_name: node${access}
    honor_labels: true
    static_configs: [{ targets: ["127.0.0.1:${ours}"] }]
    params: { shard: [1/1] }
`,
    );
    const own = await freePort();
    await startProgram(
      "prometheus",
      [
        `--config.file=${jobs}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
      "Server is ready to receive web requests",
    );
    const query = async (expression: string): Promise<Answer["data"]["result"]> => {
      const url = `http://127.0.0.1:${own}/api/v1/query?query=${encodeURIComponent(expression)}`;
      return ((await (await fetch(url)).json()) as Answer).data.result;
    };
    const until = (expression: string, wanted: number): Promise<Readonly<Record<string, string>>> =>
      eventually(async () => {
        const [one] = await query(expression);
        return one && Number(one.value[1]) === wanted ? one.metric : undefined;
      });
    await until('up{job="probes",instance="web1"}', 1);
    await until('up{job="probes",instance="dead"}', 0);
    await until('up{job="node"}', 1);
    const probed = await until('roundsman_uptime_seconds{job="probes"}', 4711);
    expect(probed).toMatchObject({ instance: "web1", site: "berlin" });
    expect(probed).not.toHaveProperty("exported_instance");
    await until('roundsman_uptime_seconds{job="node",instance="web1"}', 4711);
    await until('roundsman_up{job="node",instance="dead"}', 0);
  },
);

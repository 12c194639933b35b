import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { scrapeConfig, type ScrapeFlags } from "../../../poller/commands/scrape_config.ts";
import { bin } from "../../dist.ts";
import { program, testWith } from "../../peers.ts";
import { eventually, freePort, runProgram, startProgram, temporaryFolder } from "../../programs.ts";
import { filledFolder } from "../pki/folders.ts";
import { agent, answering } from "../sources/agents.ts";
import { filesOf } from "../sources/controller.ts";

function written(name: string, text: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

type Job = Readonly<Record<string, unknown>>;

async function jobOf(config: string, flags: ScrapeFlags = {}): Promise<Job> {
  const text = await scrapeConfig({ config: written("p.yaml", config), ...flags });
  const { scrape_configs: jobs } = parse(text) as { scrape_configs: Job[] };
  // Probes tell nothing of the poller itself.
  expect(jobs.map((job) => job["job_name"])).toEqual(
    flags.probe ? ["node", "roundsman-poller"] : ["node"],
  );
  return jobs[0]!;
}

describe("the job", () => {
  test("scrapes as often as the poller polls, and is called as dashboards have it", async () => {
    expect(await jobOf("listen: 127.0.0.1:9700\npoll: { interval: 2m }\n")).toEqual({
      job_name: "node",
      honor_labels: true,
      scrape_interval: "2m",
      scrape_timeout: "30s",
      static_configs: [{ targets: ["127.0.0.1:9700"] }],
    });
  });

  test.each([
    ["{ interval: 2s, timeout: 1s }", "2s"],
    ["{ interval: 15s, timeout: 1s }", "10s"],
    ["{ interval: 40s }", "20s"],
  ])("gives up within the interval: %s", async (poll, timeout) => {
    expect(await jobOf(`poll: ${poll}`)).toMatchObject({ scrape_timeout: timeout });
  });

  test("finds hosts by /sd and polls them by /probe, as long as a poll may take", async () => {
    const config = `poll: { interval: 1m, timeout: 5s }
hosts: [{ name: slow, timeout: 20s }]
listen: "[::1]:9700"
`;
    expect(await jobOf(config, { probe: true })).toEqual({
      job_name: "node",
      honor_labels: true,
      scrape_interval: "1m",
      scrape_timeout: "21s",
      metrics_path: "/probe",
      http_sd_configs: [{ url: "http://[::1]:9700/sd", refresh_interval: "1m" }],
      relabel_configs: [
        { source_labels: ["__name"], target_label: "__param_target" },
        { source_labels: ["__name"], target_label: "instance" },
        { target_label: "__address__", replacement: "[::1]:9700" },
      ],
    });
  });

  test("stands beside one for the poller itself where hosts are probed", async () => {
    const config = written("p.yaml", "listen: 127.0.0.1:9700\n");
    const { scrape_configs } = parse(await scrapeConfig({ config, probe: true })) as {
      scrape_configs: Job[];
    };
    expect(scrape_configs[1]).toEqual({
      job_name: "roundsman-poller",
      honor_labels: true,
      scrape_interval: "1m",
      scrape_timeout: "30s",
      params: { self: ["1"] },
      static_configs: [{ targets: ["127.0.0.1:9700"] }],
    });
  });

  test("has a target for each shard, with an instance of its own", async () => {
    expect(await jobOf("", { shards: "3" })).toMatchObject({
      static_configs: [
        { targets: ["127.0.0.1:9656"], labels: { __param_shard: "1/3" } },
        ...["2/3", "3/3"].map((part) => ({
          targets: ["127.0.0.1:9656"],
          labels: { __param_shard: part, instance: `127.0.0.1:9656 ${part}` },
        })),
      ],
    });
    expect(await jobOf("", { shards: "1" })).toEqual(await jobOf(""));
  });

  test.each([
    [{ shards: "0" }, /^--shards 0 is not a number from 1 to 10000$/],
    [{ shards: "many" }, /^--shards many is not/],
    [{ shards: "2", probe: true }, /no meaning with --probe/],
    [{ listen: "nowhere" }, /is not ADDRESS:PORT/],
    [{ webConfig: "/nonexistent/web.yml" }, /\/nonexistent\/web\.yml: no such file/],
  ])("is none with %j", async (flags, message) => {
    await expect(scrapeConfig(flags)).rejects.toThrow(message);
  });
});

describe("of a poller with a web config, the job", () => {
  const users = `basic_auth_users: { "ann b": "${hashSync("s3cret", 4)}" }\n`;

  test("says who logs in, and where the password belongs, which it does not know", async () => {
    const web = written("web.yml", users);
    const text = await scrapeConfig({ webConfig: web });
    expect(parse(text)).toMatchObject({
      scrape_configs: [
        {
          basic_auth: { username: "ann b", password_file: "/etc/prometheus/roundsman.password" },
        },
      ],
    });
    expect(text).toMatch(/^# \/etc\/prometheus\/roundsman.password: .*"ann b"/);
    expect(text).not.toMatch(/https|tls|\$2/);
  });

  test("knows the authority where it is that of the agents, and what else is wanted", async () => {
    const { ca, cert, key } = filesOf(await filledFolder(), "web1");
    const poller = filesOf(await filledFolder());
    const tls = `tls_server_config: { cert_file: ${cert}, key_file: ${key} }\n`;
    const web = written("web.yml", tls);
    const known = `poll: { tls: { ca: ${ca}, cert: ${poller.cert}, key: ${poller.key} } }\n`;
    expect(await jobOf(known, { webConfig: web })).toMatchObject({
      scheme: "https",
      tls_config: { ca_file: ca },
    });
    const elsewhere = await jobOf(`listen: 127.0.0.2:1\nweb_config: ${web}\n`);
    expect(elsewhere["tls_config"]).toEqual({
      ca_file: "/etc/prometheus/roundsman-ca.pem",
      server_name: "web1",
    });
    const strict = `tls_server_config: { cert_file: ${cert}, key_file: ${key}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ${ca} }\n`;
    const probing = await jobOf(known, { webConfig: written("w.yml", strict), probe: true });
    const login = {
      tls_config: {
        ca_file: ca,
        cert_file: "/etc/prometheus/roundsman-client.pem",
        key_file: "/etc/prometheus/roundsman-client.key",
      },
    };
    expect(probing).toMatchObject({
      ...login,
      http_sd_configs: [{ url: "https://127.0.0.1:9656/sd", ...login }],
    });
  });
});

/** With what belongs to the places that are named, in a folder of its own. */
function filled(job: string, pki: { cert: string; key: string }): string {
  const folder = temporaryFolder();
  copyFileSync(pki.cert, join(folder, "roundsman-client.pem"));
  copyFileSync(pki.key, join(folder, "roundsman-client.key"));
  writeFileSync(join(folder, "roundsman.password"), "s3cret");
  const file = join(folder, "prometheus.yml");
  writeFileSync(file, job.replaceAll("/etc/prometheus", folder));
  return file;
}

/** A web config with all there is, and the authority that signed. */
async function protecting() {
  const pki = await filledFolder();
  const { ca, cert, key } = filesOf(pki, "web1");
  const web = written(
    "web.yml",
    `tls_server_config: { cert_file: ${cert}, key_file: ${key}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ${ca} }
basic_auth_users: { prometheus: "${hashSync("s3cret", 4)}" }
`,
  );
  return { web, ca, client: filesOf(pki) };
}

testWith(program("promtool"))("promtool takes every job", async () => {
  const { web, ca, client } = await protecting();
  const config = written("p.yaml", `poll: { tls: { ca: ${ca}, cert: ${ca}, key: ${ca} } }\n`);
  const ways: ScrapeFlags[] = [{}, { probe: true }, { shards: "4" }];
  for (const way of ways)
    for (const more of [{}, { webConfig: web, config }]) {
      const file = filled(await scrapeConfig({ ...way, ...more }), client);
      const { stdout } = await runProgram("promtool", ["check", "config", file]);
      expect(stdout).toMatch(/is valid prometheus config file syntax/);
    }
});

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

/** Instances of series that a Prometheus with such a job has, with their values. */
async function scraping(job: string) {
  const port = await freePort();
  const args = [`--config.file=${job}`, `--storage.tsdb.path=${join(temporaryFolder(), "data")}`];
  const listen = `--web.listen-address=127.0.0.1:${port}`;
  await startProgram("prometheus", [...args, listen], "Server is ready to receive web requests");
  return async (series: string): Promise<string[]> => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(series)}`;
    const { data } = (await (await fetch(url)).json()) as Answer;
    return data.result.map(({ metric, value }) => `${metric["instance"]}: ${value[1]}`).sort();
  };
}

testWith(program("prometheus"))(
  "a real Prometheus with these jobs has our series, whole, in shards and by probes",
  async () => {
    const { web, ca, client } = await protecting();
    const { port } = await agent(answering("<<<uptime>>>\n4711 1\n"));
    const listen = await freePort();
    const names = ["a", "b", "c", "d"];
    const hosts = names.map((name) => `{ name: ${name}, address: 127.0.0.1, port: ${port} }`);
    const config = written(
      "p.yaml",
      `listen: 127.0.0.1:${listen}
web_config: ${web}
state_dir: ${temporaryFolder()}
poll: { interval: 2s, timeout: 1s, encryption: any, tls: { ca: ${ca}, cert: ${client.cert}, key: ${client.key} } }
hosts: [${hosts.join(", ")}]
`,
    );
    await startProgram(bin("roundsman-poller"), ["serve", "--config", config], "ready");
    const jobs = await Promise.all(
      [{}, { shards: "2" }, { probe: true }].map((way) => scrapeConfig({ ...way, config })),
    );
    const [whole, shards, probes] = await Promise.all(
      jobs.map((job) => scraping(filled(job, client))),
    );
    const uptimes = names.map((name) => `${name}: 4711`);
    for (const query of [whole!, shards!, probes!])
      await eventually(async () =>
        (await query("roundsman_uptime_seconds")).join() === uptimes.join() ? true : undefined,
      );
    const at = `127.0.0.1:${listen}`;
    expect(await whole!('up{job="node"}')).toEqual([`${at}: 1`]);
    expect(await shards!('up{job="node"}')).toEqual([`${at} 2/2: 1`, `${at}: 1`]);
    expect(await probes!('up{job="node"}')).toEqual(names.map((name) => `${name}: 1`));
    await eventually(async () =>
      (await probes!("roundsman_build_info")).join() === `${at}: 1` ? true : undefined,
    );
  },
);

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { hashSync } from "bcryptjs";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { configCheck, type ConfigCheckFlags } from "../../../poller/commands/config_check.ts";
import { openStore } from "../../../poller/memory/store.ts";
import { bin } from "../../dist.ts";
import { runProgram, temporaryFolder } from "../../programs.ts";
import { filledFolder } from "../pki/folders.ts";
import { filesOf } from "../sources/controller.ts";

beforeEach(() => {
  vi.stubEnv("STATE_DIRECTORY", temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
});

function written(text: string, name = "p.yaml"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** What is said of a config, without the name of its folder, line by line. */
async function checked(text: string, flags: ConfigCheckFlags = {}) {
  const config = written(text);
  const said = await configCheck({ config, ...flags });
  const lines = said.text.replaceAll(`${dirname(config)}/`, "").split("\n");
  return { ...said, lines, told: lines.filter((line) => /^(error|warning|note) /.test(line)) };
}

async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => void server.close());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sd`;
}

const listing =
  (list: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));

test("a config without faults is told by its picture alone", async () => {
  const { lines, state } = await checked(
    "hosts: [{ name: web1, address: 192.0.2.1 }, { name: web2, address: 192.0.2.2, interval: 30s }]\n",
  );
  expect(state).toBe(0);
  expect(lines).toEqual([
    expect.stringMatching(/^source +hosts {2}twice {2}no address {2}polls\/s {2}series +scrape$/),
    expect.stringMatching(/^p\.yaml +2 +0 +0 +0\.05 +\d+ +\d+(\.\d+)? KiB$/),
    "",
    "Series and sizes are estimated: by a typical host with 27 services, as nothing is known of these.",
    "If every host hung, 1 connection would be open; poll.max_open is 4096.",
    "",
    "p.yaml: nothing is wrong",
    "",
  ]);
});

test("without a config the agent of this machine is what there is", async () => {
  const { text, state } = await configCheck({});
  expect(state).toBe(0);
  expect(text).toMatch(/^without a config: nothing is wrong$/m);
});

describe("the exit code", () => {
  const warned = "listen: 0.0.0.0:9656\nhosts: [{ address: 192.0.2.1 }]\n";
  const wrong = "hosts: [{ address: 192.0.2.1, secret_file: /nonexistent/x }]\n";

  test.each([
    [warned, false, 0],
    [warned, true, 1],
    [wrong, false, 2],
    [wrong, true, 2],
    ["hosts: [", true, 2],
    [
      "hosts: [{ address: 192.0.2.1 }]\nrules: [{ check: df, ignore: true, where: { host: x } }]\n",
      true,
      0,
    ],
  ])("of %j, strict: %s, is %d", async (text, strict, state) => {
    expect((await checked(text, { strict })).state).toBe(state);
  });

  test("a config that is not there is wrong usage", async () => {
    await expect(configCheck({ config: "/nonexistent/p.yaml" })).rejects.toThrow(
      "cannot read /nonexistent/p.yaml: no such file",
    );
  });

  test("a config that is a pipe is wrong usage, and nobody waits for it", async () => {
    const pipe = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    const writer = spawn("sh", ["-c", 'echo "hosts: []" > "$0"', pipe]);
    onTestFinished(() => void writer.kill());
    await expect(configCheck({ config: pipe })).rejects.toThrow(
      `cannot read ${pipe}: it is no regular file`,
    );
  });

  test("a config may come from a pipe that a shell hands over", async () => {
    const check = `echo "hosts: [{ address: 127.0.0.1 }]" | "$0" "$1" config check --config /dev/stdin`;
    const { stdout } = await runProgram("sh", [
      "-c",
      check,
      process.execPath,
      bin("roundsman-poller"),
    ]);
    expect(stdout).toContain("/dev/stdin: nothing is wrong");
  });
});

test("all that is wrong with a config and with what it names is told at once", async () => {
  const folder = temporaryFolder();
  const web = written("basic_auth_user: {}\ntls_server_config: { cert_file: x }\n", "web.yml");
  const { cert } = filesOf(await filledFolder());
  mkdirSync(join(folder, "targets"));
  writeFileSync(join(folder, "targets", "a.json"), '[\n{ "targets": ["web1", "a b"] }\n]');
  const { told, state } = await checked(`web_config: ${web}
poll: { tls: { ca: /nonexistent/ca, cert: ${cert}, key: /nonexistent/key } }
hosts:
  - { name: web1, secret_file: /nonexistent/secret, encryption: any, adress: x }
  - { name: web2, secret_env: ROUNDSMAN_TEST_NONE, address: 192.0.2.1 }
  - { name: dmz, program: [/nonexistent/ssh, x] }
  - { name: island, file: /nonexistent/report, max_age: 10s }
file_sd: [{ files: ["${folder}/targets/*.json", missing.yml, "none/*.yml"] }]
remote_write:
  - { url: "https://x/w", auth: { basic: { username: u, password_file: /nonexistent/pw } }, headers: { X-Key: { file: /nonexistent/h } }, tls: { ca_file: /nonexistent/ca } }
rules: [{ check: df, params: { used: 5 } }]
`);
  expect(state).toBe(2);
  const without = told.map((line) =>
    line.replaceAll(`${folder}/`, "").replaceAll(`${dirname(web)}/`, ""),
  );
  expect(without.sort()).toEqual([
    "error    p.yaml:10: remote_write[0].auth.basic.password_file: /nonexistent/pw: no such file",
    "error    p.yaml:10: remote_write[0].headers.X-Key.file: /nonexistent/h: no such file",
    "error    p.yaml:10: remote_write[0].tls.ca_file: /nonexistent/ca: no such file",
    expect.stringMatching(/^error {4}p\.yaml:11: rules\[0\]\.params\.used: must be \[WARN, CRIT\]/),
    "error    p.yaml:2: poll.tls.ca: /nonexistent/ca: no such file",
    "error    p.yaml:2: poll.tls.key: /nonexistent/key: no such file",
    "error    p.yaml:4: hosts[0].adress: unknown key (did you mean address?)",
    "error    p.yaml:6: hosts[2].program: /nonexistent/ssh: is not there, or cannot be run (dmz)",
    "error    targets/a.json:2: [0].targets[1]: must be HOST or HOST:PORT",
    "error    web.yml:1: basic_auth_user: unknown key (did you mean basic_auth_users?)",
    "error    web.yml:2: tls_server_config.key_file: is missing",
    "warning  missing.yml: no such file",
    "warning  p.yaml:5: hosts[1].secret_env: the environment has no ROUNDSMAN_TEST_NONE (web2)",
    "warning  p.yaml:7: hosts[3].file: /nonexistent/report: cannot be read, or is not there yet (island)",
    expect.stringMatching(
      /^warning {2}p\.yaml:7: hosts\[3\]\.max_age: is shorter than the interval/,
    ),
    "warning  p.yaml:8: file_sd[0].files[2]: none/*.yml: there is no such file yet",
  ]);
});

describe("hosts of servers", () => {
  test("are asked for once, and counted beside the others; those twice are told", async () => {
    let asked = 0;
    const url = await serverOf((request, response) => {
      asked++;
      listing([
        { targets: ["192.0.2.1", "192.0.2.9"] },
        { targets: ["192.0.2.3"], labels: { __name: "web1" } },
      ])(request, response);
    });
    const { lines, told } = await checked(
      `hosts: [{ name: web1, address: 192.0.2.2 }]\nhttp_sd: [{ url: "${url}" }]\n`,
    );
    expect(asked).toBe(1);
    expect(told).toEqual([
      `warning  ${url}:1: [1].targets[0]: the name "web1" is there already (p.yaml: hosts[0]); that one is polled`,
    ]);
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${url} +2 +1 +0 `)));
    expect(lines).toContainEqual(expect.stringMatching(/^all +3 +1 +0 /));
  });

  test("are those of the last good list where a server fails, or is not to be asked", async () => {
    let asked = 0;
    const url = await serverOf((_, response) => {
      asked++;
      response.writeHead(500).end();
    });
    const config = `http_sd: [{ url: "${url}" }]\n`;
    expect((await checked(config)).told).toEqual([
      `error    p.yaml:1: http_sd[0].url: ${url}: answers 500`,
    ]);
    const stateDir = temporaryFolder();
    const store = openStore(stateDir, () => undefined);
    store.keepTargets(url, JSON.stringify([{ targets: ["192.0.2.1", "192.0.2.2"] }]));
    await store.close();
    const failing = await checked(config, { stateDir });
    expect(failing.told).toEqual([
      `error    p.yaml:1: http_sd[0].url: ${url}: answers 500; 2 hosts of its last good list`,
    ]);
    expect(failing.lines).toContainEqual(expect.stringMatching(new RegExp(`^${url} +2 `)));
    asked = 0;
    const offline = await checked(config, { stateDir, offline: true });
    expect([asked, offline.state]).toEqual([0, 0]);
    expect(offline.told).toEqual([
      `note     p.yaml:1: http_sd[0].url: ${url}: not asked; 2 hosts of its last good list`,
    ]);
  });

  test("may never come", { timeout: 60_000 }, async () => {
    const url = await serverOf(() => undefined);
    const { told } = await checked(`http_sd: [{ url: "${url}" }]\n`);
    expect(told).toEqual([`error    p.yaml:1: http_sd[0].url: ${url}: no answer within 10 s`]);
  });
});

describe("a fleet that is too large", () => {
  const fleet = (count: number): string =>
    `hosts:\n${Array.from({ length: count }, (_, i) => `  - { name: host${i}, address: 10.0.${i >> 8}.${i & 255} }\n`).join("")}`;

  test("for one scrape is to be scraped in parts", async () => {
    const { told } = await checked(fleet(1000));
    expect(told).toEqual([
      expect.stringMatching(
        /^warning {2}p\.yaml:1: a scrape of all hosts is about 2\d(\.\d)? MiB; vmagent refuses more than 16 MiB: scrape 3 parts \(\?shard=1\/3, scrape-config --shards 3\)$/,
      ),
    ]);
    expect((await checked(`poll: { max_series: 10 }\n${fleet(1000)}`)).told).toEqual([]);
  });

  test("for the connections that there may be is told", async () => {
    const { told } = await checked(`poll: { max_open: 10, max_series: 1 }\n${fleet(100)}`);
    expect(told).toEqual([
      "warning  p.yaml:1: poll.max_open: hosts that hang may want 17 connections, there are 10: others would wait",
    ]);
  });

  test("is estimated by what is known of its hosts", async () => {
    const stateDir = temporaryFolder();
    const store = openStore(stateDir, () => undefined);
    const services = Array.from({ length: 500 }, (_, i) => `Filesystem /${i}`);
    store.keepKnown("host0", { at: 1, sections: [], services, compared: {} });
    await store.close();
    const { text } = await checked(fleet(2), { stateDir });
    expect(text).toContain("knows of 1, by a typical host with 27 services for the other 1.");
    const all = await checked(fleet(1), { stateDir });
    expect(all.text).toContain("by the services that the state directory knows of them.");
    const series = Number(/p\.yaml +1 +0 +0 +\S+ +(\d+) /.exec(all.text)?.[1]);
    expect(series).toBeGreaterThan(3000);
  });
});

test("settings that are hardly meant are told", async () => {
  const web = written(`basic_auth_users: { a: "${hashSync("s3cret", 4)}" }\n`, "web.yml");
  const rest = `poll: { interval: 5m }
probe_any: true
hosts: [{ address: 192.0.2.1 }]
rules: [{ check: df, for: 1m }]
state_dir: ${web}
`;
  const { told } = await checked(`listen: 0.0.0.0:9656\n${rest}`);
  expect(told).toEqual([
    expect.stringMatching(/^error {4}p\.yaml:6: state_dir: .*web\.yml is no folder$/),
    "warning  p.yaml:1: listen: is open to whoever can connect: use a web_config",
    expect.stringMatching(/^warning {2}p\.yaml:2: poll\.interval: Prometheus looks back for 5m/),
    "warning  p.yaml:3: probe_any: lets whoever can connect have it connect anywhere",
    "note     p.yaml:5: rules[0].for: is shorter than the interval of 5m: it ends with the next poll",
  ]);
  expect((await checked("listen: 127.0.0.1:1\n")).told).toEqual([
    "warning  p.yaml:1: hosts: there is nobody to be polled",
  ]);
  const closed = await checked(`listen: 0.0.0.0:9656\nweb_config: ${web}\n${rest}`);
  expect(closed.text).not.toMatch(/listen|probe_any/);
});

test("no secret is printed, wherever it stands", async () => {
  vi.stubEnv("ROUNDSMAN_TEST_PASS", "hunter2");
  const folder = temporaryFolder();
  const secret = join(folder, "secret");
  writeFileSync(secret, "hunter2\n", { mode: 0o644 });
  writeFileSync(
    join(folder, "a.json"),
    '[{ "targets": ["hunter2 x"], "labels": { "token": hunter2 } }]',
  );
  writeFileSync(join(folder, "b.yml"), '- targets: "hunter2" "hunter2"\n');
  const { text, state } = await checked(`poll: { secret_file: ${secret} }
hosts:
  - { name: a, address: 192.0.2.1, secret_env: ROUNDSMAN_TEST_PASS, password: hunter2 }
  - { name: b, program: [/nonexistent/sshpass, -p, hunter2] }
  - { name: c, address: 192.0.2.3, secret_file: [hunter2], tls: hunter2 }
  - { name: d, program: hunter2 }
file_sd: [{ files: ["${folder}/*.json", "${folder}/*.yml"] }]
http_sd:
  - { url: "http://ann:hunter2@127.0.0.1:1/" }
  - { url: "http://127.0.0.1:1/?token=hunter2" }
remote_write:
  - { url: "http://ann:hunter2@127.0.0.1:1/", auth: hunter2 }
  - { url: "http://127.0.0.1:1/w?api_key=hunter2", auth: { bearer: hunter2 }, headers: { X-Key: [hunter2], Authorization: hunter2 } }
  - { url: "http://127.0.0.1:1/v?api_key=hunter2", auth: { bearer: { token_file: ${secret} } }, headers: { X-Key: hunter2 } }
`);
  expect(state).toBe(2);
  expect(text).not.toContain("hunter2");
  expect(text.match(/^error /gm)?.length).toBeGreaterThan(15);
  for (const torn of [
    "auth: { bearer: hunter2",
    'auth: "hunter2" "hunter2"',
    "x: @hunter2",
    "- &a hunter2\n- *hunter2",
  ])
    expect((await checked(torn)).text).not.toContain("hunter2");
});

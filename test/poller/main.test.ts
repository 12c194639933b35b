import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { describe, expect, onTestFinished, test } from "vitest";
import { bin } from "../dist.ts";
import { program as needed, testWith } from "../peers.ts";
import { eventually, temporaryFolder } from "../programs.ts";
import { agent, answering } from "./sources/agents.ts";

interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const program = bin("roundsman-poller");

/** What it keeps goes with the test. */
function start(...args: string[]): ChildProcess {
  const env = { ...process.env, STATE_DIRECTORY: temporaryFolder() };
  return spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<Ended> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

const run = (...args: string[]): Promise<Ended> => ended(start(...args));

/** A file that is gone after the test. */
function file(name: string, text: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "roundsman-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const local = (...lines: string[]): string => `<<<local:sep(0)>>>\n${lines.join("\n")}\n`;

describe("check", () => {
  test.each([
    ["OK", 0, local("0 A - fine")],
    ["WARN", 1, local("0 A - fine", "1 B - so so")],
    ["UNKNOWN", 3, local("3 A - who knows", "1 B - so so")],
    ["CRIT", 2, local("3 A - who knows", "2 B - bad")],
    ["UNKNOWN", 3, "<<<strange>>>\nx\n"],
  ])("exits with the worst state: %s %d", async (name, code, report) => {
    const result = await run("check", "--file", file("report.txt", report));
    expect(result.code).toBe(code);
    expect(result.stdout.toString()).toMatch(new RegExp(`^${name} - `));
    expect(result.stderr).toBe("");
  });

  test("judges a host by its address", async () => {
    const { port } = await agent(answering(local("1 Door - open")));
    const { code, stdout } = await run("check", `127.0.0.1:${port}`);
    expect([code, stdout.toString().split("\n")[0]]).toEqual([
      1,
      "WARN - 2 services: 1 WARN (Door)",
    ]);
  });

  test("judges a host by its name in the config", async () => {
    const { port } = await agent(answering(local("0 A - fine")));
    const config = file("p.yaml", `hosts: [{ name: web1, address: 127.0.0.1, port: ${port} }]\n`);
    const { code, stdout } = await run("check", "web1", "--config", config, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      host: "web1",
      state: 0,
      services: [
        { service: "Agent", check: "agent", state: 0 },
        { service: "A", check: "local", item: "A", state: 0 },
      ],
    });
  });

  test("finds a host that gives no report CRIT, and says why", async () => {
    const refused = await run("check", "127.0.0.1:1", "--json");
    expect(refused.code).toBe(2);
    const json = JSON.parse(refused.stdout.toString()) as { services: { summary: string }[] };
    expect(json).toMatchObject({ state: 2, services: [{ service: "Agent", state: 2 }] });
    expect(json.services[0]?.summary).toMatch(/^refused: /);
    const { port } = await agent((socket) => void socket.resume());
    const late = await run("check", `127.0.0.1:${port}`, "--timeout", "300ms");
    expect(late.code).toBe(2);
    expect(late.stdout.toString()).toMatch(/^CRIT - Agent: timeout: /);
  });

  test("finds a report that was cut off WARN, beside what came", async () => {
    const { port } = await agent(answering(`${local("0 A - fine")}0 B -`));
    const { code, stdout } = await run("check", `127.0.0.1:${port}`);
    expect(code).toBe(1);
    expect(stdout.toString()).toContain("the end of the report is missing");
    expect(stdout.toString()).toMatch(/^OK +A /m);
  });

  test("tells a failure without the secrets of the program that failed", async () => {
    const program = '["sh", "-c", "echo hunter2 at http://ann:x@y >&2; exit 3", "--token=hunter2"]';
    const config = file("p.yaml", `hosts: [{ name: web1, program: ${program} }]\n`);
    for (const args of [
      ["check", "web1"],
      ["explain", "web1", "Agent"],
    ]) {
      const { stdout, stderr } = await run(...args, "--config", config);
      expect(`${stdout.toString()}${stderr}`).toMatch(/exit code 3: <secret> at http:.*<secret>@y/);
      expect(`${stdout.toString()}${stderr}`).not.toMatch(/hunter2|ann/);
    }
  });

  test("judges without a baseline where that cannot be read, and says so", async () => {
    const { port } = await agent(answering(local("1 A - so so")));
    const state = temporaryFolder();
    writeFileSync(join(state, "store.mdb"), "garbage".repeat(100));
    const { code, stdout, stderr } = await run(
      ...["check", `127.0.0.1:${port}`, "--state-dir", state],
    );
    expect([code, stdout.toString()]).toEqual([1, expect.stringMatching(/^WARN +A +so so$/m)]);
    expect(stderr).toMatch(
      /^roundsman-poller: cannot read the state in .*\(state_dir\): .*; judged without a baseline\n$/,
    );
    const none = await run("check", `127.0.0.1:${port}`, "--state-dir", join(state, "none"));
    expect([none.code, none.stderr]).toEqual([1, ""]);
  });

  describe("with an earlier report", () => {
    const kernel = (epoch: number | string, user: number): string =>
      `<<<kernel>>>\n${epoch}\ncpu ${user} 0 0 1000 0 0 0 0 0 0\ncpu0 ${user} 0 0 1000 0 0 0 0 0 0\nctxt 5\nbtime 5\nprocesses 5\n`;
    const perfdata = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await run("check", "--json", ...args);
      const { services } = JSON.parse(stdout.toString()) as {
        services: { service: string; perfdata: { name: string }[] }[];
      };
      const cpu = services.find(({ service }) => service === "CPU utilization");
      return (cpu?.perfdata ?? []).map(({ name }) => name);
    };

    test("gives rates by the times that the reports state", async () => {
      const now = file("now.txt", kernel(1_700_000_060, 300));
      const before = file("before.txt", kernel(1_700_000_000, 100));
      expect(await perfdata("--file", now)).toEqual([]);
      expect(await perfdata("--file", now, "--previous", before)).toContain("user");
      expect(await perfdata("--file", before, "--previous", now)).toEqual([]);
      expect(await perfdata("--file", now, "--previous", now)).toEqual([]);
    });

    test("takes the times given, else those of the files, where a report states none", async () => {
      const dev = (bytes: number): string =>
        `<<<lnx_if>>>\n<<<lnx_if:sep(58)>>>\neth0: ${bytes} 1 0 0 0 0 0 0 ${bytes} 1 0 0 0 0 0 0\n[eth0]\nSpeed: 1000Mb/s\n`;
      const now = file("now.txt", dev(6_000_000));
      const before = file("before.txt", dev(0));
      const received = async (...args: string[]): Promise<number | undefined> => {
        const { stdout } = await run(
          "check",
          "--json",
          "--file",
          now,
          "--previous",
          before,
          ...args,
        );
        const { services } = JSON.parse(stdout.toString()) as {
          services: { check: string; perfdata: { name: string; value: number }[] }[];
        };
        const own = services.filter(({ check }) => check === "lnx_if");
        return own.flatMap((one) => one.perfdata).find(({ name }) => name === "in")?.value;
      };
      expect(await received("--at", "160", "--previous-at", "100")).toBe(100_000);
      expect(await received("--at", "100", "--previous-at", "100")).toBeUndefined();
      utimesSync(now, 1060, 1060);
      utimesSync(before, 1000, 1000);
      expect(await received()).toBe(100_000);
    });
  });
});

describe("wrong usage exits with 3 and one line", () => {
  test.each([
    ["an unknown command", ["polish"]],
    ["an unknown flag", ["check", "127.0.0.1", "--colour"]],
    ["no host", ["check"]],
    ["a host that is none", ["check", "no host"]],
    ["a time that is none", ["check", "127.0.0.1", "--timeout", "soon"]],
    ["a time that is too long", ["check", "127.0.0.1", "--timeout", "9999999s"]],
    ["a moment that is none", ["check", "--file", "/dev/null", "--at", "noon"]],
    ["a report that is not there", ["check", "--file", "/nonexistent/report"]],
    ["a report that is a folder", ["parse", "/tmp"]],
    ["a config that is a folder", ["serve", "--config", "/tmp"]],
    ["a config that is not there", ["check", "x", "--config", "/nonexistent/config"]],
    ["an address that is none", ["serve", "--listen", "nowhere"]],
  ])("%s", async (_, args) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code).toBe(3);
    expect(stdout.toString()).toBe("");
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  test("a config that is wrong, with file, path and line", async () => {
    const config = file("p.yaml", "listen: 127.0.0.1:0\npoll: { intervall: 60s }\n");
    const { code, stderr } = await run("serve", "--config", config);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^roundsman-poller: \S+\/p\.yaml:2: poll\.intervall: unknown key[^\n]*\n$/,
    );
  });
});

test("dump prints the report byte by byte", async () => {
  const report = Buffer.from([...Buffer.from("<<<a>>>\n"), 0, 255, 13, 10, 0xe4, 10]);
  const { port } = await agent((socket) => void socket.end(report));
  const { code, stdout } = await run("dump", `127.0.0.1:${port}`);
  expect(code).toBe(0);
  expect(stdout).toEqual(report);
});

testWith(needed("script"))("dump to a terminal shows what would control it", async () => {
  const { port } = await agent(answering("<<<a>>>\n\u001b[2J\ttab\u009b\n"));
  const command = `${process.execPath} ${program} dump 127.0.0.1:${port}`;
  const { stdout } = await ended(spawn("script", ["-qec", command, "/dev/null"]));
  expect(stdout.toString()).toBe("<<<a>>>\r\n\ufffd[2J\ttab\ufffd\r\n");
});

test("a report that is piped in is judged, or told apart", async () => {
  const { port } = await agent(answering(local("1 A - so so")));
  const piped = (next: string): Promise<Ended> => {
    const line = `"$0" "$1" dump 127.0.0.1:${port} | "$0" "$1" ${next}`;
    return ended(spawn("sh", ["-c", line, process.execPath, program]));
  };
  const judged = await piped("check --file -");
  expect(judged.code).toBe(1);
  expect(judged.stdout.toString()).toMatch(/^WARN +A +so so$/m);
  expect((await piped("parse -")).stdout.toString()).toMatch(/^local +1 /m);
});

test("dump of a host that does not answer fails and says why", async () => {
  const { code, stdout, stderr } = await run("dump", "127.0.0.1:1");
  expect(code).toBe(1);
  expect(stdout.length).toBe(0);
  expect(stderr).toMatch(/^roundsman-poller: .*refused\n$/);
});

test("scrape-config prints a job that polls as often as we do", async () => {
  const config = file("p.yaml", "listen: 127.0.0.1:9700\npoll: { interval: 30s }\n");
  const { stdout } = await run("scrape-config", "--config", config);
  expect(parseYaml(stdout.toString())).toEqual({
    scrape_configs: [
      {
        job_name: "node",
        honor_labels: true,
        scrape_interval: "30s",
        scrape_timeout: "15s",
        static_configs: [{ targets: ["127.0.0.1:9700"] }],
      },
    ],
  });
  const other = await run("scrape-config", "--listen", "[::1]:1", "--shards", "2");
  expect(other.stdout.toString()).toContain('"[::1]:1 2/2"');
});

test("config check tells all that is wrong, and exits as a plugin of Nagios would", async () => {
  const fine = file("p.yaml", "hosts: [{ name: web1, address: 192.0.2.1 }]\n");
  const ok = await run("config", "check", "--strict", "--config", fine);
  expect([ok.code, ok.stderr]).toEqual([0, ""]);
  expect(ok.stdout.toString()).toMatch(/^source .*\n.*p\.yaml +1 +0 [^]*: nothing is wrong\n$/);
  const open = file("p.yaml", "listen: 0.0.0.0:1\n");
  expect((await run("config", "check", "--strict", "--config", open)).code).toBe(1);
  const wrong = file("p.yaml", `hosts:\n${"  - { nmae: x }\n".repeat(400)}`);
  const { code, stdout } = await run("config", "check", "--config", wrong);
  expect(code).toBe(2);
  expect(stdout.toString()).toMatch(/^error .*p\.yaml:2: hosts\[0\][^]*: 800 errors\n$/);
  expect((await run("config", "check", "--config", "/nonexistent/p.yaml")).code).toBe(3);
});

describe("explain", () => {
  const report = `<<<check_mk>>>\nVersion: 1\n${local("0 A n=5;1;2 fine", "0 B - fine")}`;

  test("tells the rule, the settings, the values and the lines that a service is from", async () => {
    const config = file(
      "p.yaml",
      "hosts: [{ name: web1 }]\nrules: [{ where: { host: web* }, service: A, for: 5m }]\n",
    );
    const flags = ["--file", file("report.txt", report), "--config", config];
    const { code, stdout, stderr } = await run("explain", "web1", "A", ...flags);
    expect([code, stderr]).toEqual([0, ""]);
    const text = stdout.toString();
    expect(text).toMatch(/^A of web1: OK\n/);
    expect(text).toMatch(/^rule +rules\[0\]: service A, where host web\*, once it lasts 300 s$/m);
    expect(text).toMatch(/^values +n = 5/m);
    expect(text).toMatch(/^lines +0 A n=5;1;2 fine$/m);
    expect(text).not.toContain("0 B");
  });

  test("tells where the config wants a service that is not there", async () => {
    const config = file(
      "p.yaml",
      `hosts: [{ name: web1, tags: [shop] }]
require:
  - { where: { host: db* }, service: Door }
  - { service: Window }
  - { where: { tags: [shop] }, service: Door }
`,
    );
    const flags = ["--file", file("report.txt", report), "--config", config];
    const { code, stdout } = await run("explain", "web1", "Door", ...flags);
    expect(code).toBe(0);
    expect(stdout.toString()).toBe(`Door of web1: CRIT
  is not there, and has to be (require[2])

wanted by ${config}:5: require[2]: Door, where tag shop
`);
  });

  test("names what a service may have been meant to be", async () => {
    const { code, stderr } = await run("explain", "x", "Agnet", "--file", file("r.txt", report));
    expect(code).toBe(3);
    expect(stderr).toBe("roundsman-poller: x has no service Agnet\n");
    const near = await run("explain", "x", "AA", "--file", file("r.txt", report));
    expect(near.stderr).toMatch(/has no service AA/);
  });
});

test("accept has nothing to renew of a host that was never seen, and then has", async () => {
  const state = temporaryFolder();
  const none = await run("accept", "web1", "--state-dir", state);
  expect([none.code, none.stderr]).toEqual([
    3,
    "roundsman-poller: there is no baseline of web1 yet: nothing to renew\n",
  ]);
  const { port } = await agent(answering(local("0 A - fine")));
  const config = file("p.yaml", `hosts: [{ name: web1, address: 127.0.0.1, port: ${port} }]\n`);
  const child = start("serve", "--config", config, "--listen", "127.0.0.1:0", "--state-dir", state);
  onTestFinished(() => void child.kill("SIGKILL"));
  const accepted = async (): Promise<string> =>
    (await run("accept", "web1", "--state-dir", state)).stdout.toString();
  const said = await eventually(async () => (await accepted()) || undefined);
  expect(said).toBe("web1: what the next poll finds of it is the new baseline\n");
});

describe("serve", () => {
  test("takes another config when told to, and keeps the old one where that is wrong", async () => {
    const { port } = await agent(answering(local("0 A - fine")));
    const host = (name: string): string => `{ name: ${name}, address: 127.0.0.1, port: ${port} }`;
    const config = file("p.yaml", `hosts: [${host("one")}]\n`);
    const child = start("serve", "--config", config, "--listen", "127.0.0.1:0");
    onTestFinished(() => void child.kill("SIGKILL"));
    const url = await new Promise<string>((done) => {
      child.stdout?.on("data", (chunk: Buffer) => {
        const [found] = /http:\/\/[\d.:]+/.exec(chunk.toString()) ?? [];
        if (found) done(found);
      });
    });
    const instances = async (): Promise<string[]> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return [...text.matchAll(/^roundsman_up\{instance="(.*)"\} 1/gm)].map(
        ([, name]) => name ?? "",
      );
    };
    const seen = (...names: string[]) =>
      eventually(async () => ((await instances()).join() === names.join() ? true : undefined));
    await seen("one");
    writeFileSync(config, `hosts: [${host("two")}]\n`);
    expect((await fetch(`${url}/-/reload`, { method: "POST" })).status).toBe(200);
    await seen("two");
    writeFileSync(config, "hosts: [{ nmae: x }]\n");
    const refused = await fetch(`${url}/-/reload`, { method: "POST" });
    expect([refused.status, await refused.text()]).toEqual([
      500,
      expect.stringContaining(
        "p.yaml:1: hosts[0].nmae: unknown key (did you mean name?)",
      ) as string,
    ]);
    expect(await instances()).toEqual(["two"]);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      "roundsman_config_last_reload_successful 0",
    );
    writeFileSync(config, `hosts: [${host("three")}, ${host("two")}]\n`);
    child.kill("SIGHUP");
    await seen("two", "three");
  });

  test("is ready, shows its hosts, and ends with 0 when told to", async () => {
    const { port } = await agent(answering(local("0 A - fine")));
    const config = file("p.yaml", `hosts: [{ name: web1, address: 127.0.0.1, port: ${port} }]\n`);
    const child = start("serve", "--config", config, "--listen", "127.0.0.1:0");
    onTestFinished(() => void child.kill("SIGKILL"));
    const line = await firstLine(child);
    const url = /^ready: (http:\/\/127\.0\.0\.1:\d+) /.exec(line)?.[1];
    await expect.poll(async () => (await fetch(`${url}/-/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'roundsman_up{instance="web1"} 1\n',
    );
    const end = ended(child);
    child.kill("SIGTERM");
    expect((await end).code).toBe(0);
  });

  test("says in one line that it cannot listen", async () => {
    const taken = await agent(() => undefined);
    const { code, stderr } = await run("serve", "--listen", `127.0.0.1:${taken.port}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^roundsman-poller: .*EADDRINUSE[^\n]*\n$/);
  });

  test("ends at once at a second signal, even while a request goes on", async () => {
    const child = start("serve", "--listen", "127.0.0.1:0");
    onTestFinished(() => void child.kill("SIGKILL"));
    const port = Number(/:(\d+) /.exec(await firstLine(child))?.[1]);
    const slow = connect(port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void slow.destroy());
    slow.write("GET /metrics HTTP/1.1\r\n");
    await fetch(`http://127.0.0.1:${port}/-/healthy`);
    const end = ended(child);
    child.kill("SIGTERM");
    await expect
      .poll(() => fetch(`http://127.0.0.1:${port}/`).catch(() => "closed"))
      .toBe("closed");
    child.kill("SIGINT");
    expect((await end).code).toBe(1);
  });
});

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((done, fail) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) done(text.slice(0, text.indexOf("\n")));
    });
    child.on("close", () => fail(new Error(`it ended: ${text}`)));
  });

import { expect, test } from "vitest";
import { defaultConfig, parseConfig, readConfig } from "../../poller/config.ts";
import { ConfigError } from "../../poller/yaml.ts";

const parse = (text: string) => parseConfig(text, "poller.yaml");

/** What is found wrong with a config, without the name of the file. */
function findings(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).toBe(error.findings.join("\n"));
    return error.findings.map((finding) => finding.replace(/^poller\.yaml:/, ""));
  }
  return [];
}

test("every setting is read", () => {
  const text = `
listen: "[::1]:9000"
processes: 4
poll: { interval: 1m30s, timeout: 5s, concurrency: 8, max_open: 100, max_bytes: 64KiB }
hosts:
  - name: web1
    address: 10.0.0.1
    port: 7000
    labels: { env: prod, "zone": "1" }
    tags: [web, "front end"]
    interval: 30s
    timeout: 1s
    max_bytes: 1MB
`;
  expect(parse(text)).toEqual({
    listen: { host: "::1", port: 9000 },
    poll: {
      intervalSeconds: 90,
      timeoutSeconds: 5,
      concurrency: 8,
      maxOpen: 100,
      maxBytes: 65_536,
      maxSeries: 10_000,
    },
    hosts: [
      {
        name: "web1",
        address: "10.0.0.1",
        port: 7000,
        labels: { env: "prod", zone: "1" },
        tags: ["web", "front end"],
        intervalSeconds: 30,
        timeoutSeconds: 1,
        maxBytes: 1_000_000,
      },
    ],
    probeAny: false,
    processes: 4,
    fileSd: [],
    remoteWrite: [],
    httpSd: [],
    rules: [],
    require: [],
  });
});

test("what is left out has its default", () => {
  expect(parse("")).toEqual({
    listen: { host: "127.0.0.1", port: 9656 },
    poll: {
      intervalSeconds: 60,
      timeoutSeconds: 10,
      concurrency: 64,
      maxOpen: 4096,
      maxBytes: 16_777_216,
      maxSeries: 10_000,
    },
    hosts: [],
    probeAny: false,
    processes: 1,
    fileSd: [],
    remoteWrite: [],
    httpSd: [],
    rules: [],
    require: [],
  });
});

test("without a config the agent of this machine is polled", () => {
  const { hosts, ...rest } = defaultConfig();
  expect(hosts.map(({ name, address, port }) => ({ name, address, port }))).toEqual([
    { name: "127.0.0.1:6556", address: "127.0.0.1", port: 6556 },
  ]);
  expect({ ...rest, hosts: [] }).toEqual(parse(""));
});

test("a host is known by its name, else by address and port; its name may be its address", () => {
  const { hosts } = parse("hosts: [{ name: web1 }, { address: ::1 }, { address: db1, port: 1 }]");
  expect(hosts.map(({ name, address }) => [name, address])).toEqual([
    ["web1", "web1"],
    ["[::1]:6556", "::1"],
    ["db1:1", "db1"],
  ]);
});

test("all that is wrong is told at once, each with its line and path", () => {
  const text = `
poll: { intervall: 60s }
hosts:
  - { name: web1, adress: 10.0.0.1 }
  - name: 5
    port: "6556"
    interval: 30
  - {}
  - { name: front end }
  - name: db1
    labels: { instance: x, 1a: y, zone: 3 }
listen: 9656
`;
  expect(findings(text)).toEqual([
    "2: poll.intervall: unknown key (did you mean interval?)",
    "4: hosts[0].adress: unknown key (did you mean address?)",
    "5: hosts[1].name: must be text, not a number (quote it for text)",
    "6: hosts[1].port: must be a number, not text",
    "7: hosts[1].interval: must be a duration with a unit, such as 30s",
    "8: hosts[2]: needs a name or an address",
    "9: hosts[3]: needs an address, its name is none",
    "11: hosts[4].labels.instance: is the label that holds the host's name",
    "11: hosts[4].labels.1a: is not a label name (letters, digits, underscores)",
    "11: hosts[4].labels.zone: must be text, not a number (quote it for text)",
    "12: listen: must be text, not a number (quote it for text)",
  ]);
});

test.each([
  ["colour: red", "1: colour: unknown key"],
  ["a: 1\na: 2", "2: a: a key that is there already"],
  ["hosts: [{ name: a },\n  { name: a }]", '2: hosts[1].name: "a" is the name of hosts[0] already'],
  ["hosts:", "1: hosts: must be a list, not empty"],
  ["- 1", "1: must be a mapping, not a list"],
  ["listen: 0.0.0.0", '1: listen: "0.0.0.0" is not ADDRESS:PORT'],
  ["poll: { timeout: 5x }", '1: poll.timeout: "5x" is not a duration such as 30s'],
  ["poll: { interval: 2d }", "1: poll.interval: must be from 1s to 1d, not 2d"],
  ["poll: { max_bytes: 2TiB }", '1: poll.max_bytes: "2TiB" is not a size such as 16MiB'],
  ["poll: { max_bytes: 2GiB }", "1: poll.max_bytes: must be from 1KiB to 1GiB, not 2GiB"],
  ["processes: 0", "1: processes: must be at least 1"],
  ["processes: 65", "1: processes: must be at most 64"],
  ["processes: 1.5", "1: processes: must be a whole number, not a fraction"],
  ["processes: .inf", "1: processes: must be a number, not Infinity"],
  ["hosts: [{ name: on, port: yes }]", "1: hosts[0].port: must be a number, not text"],
  [
    "hosts: [{ name: true }]",
    "1: hosts[0].name: must be text, not true or false (quote it for text)",
  ],
  ["poll: { max_open: 0 }", "1: poll.max_open: must be at least 1"],
  ["hosts: [{ name: a, port: 65536 }]", "1: hosts[0].port: must be at most 65535"],
  ["hosts: [{ name: a, address: a b }]", "1: hosts[0].address: is not a host name or IP address"],
  ["a: &x 1\nb: *x", "2: aliases are not supported"],
  ["hosts: !hosts []", "1: Unresolved tag"],
  ["--- {}\n--- {}", "2: more than one document"],
  ["hosts: [{ __proto__: x, name: a }]", "1: hosts[0].__proto__: unknown key"],
])("%j is refused", (text, finding) => {
  expect(findings(text)).toEqual([finding]);
});

test.each([
  [
    "remote_write: [{ url: http://x/, auth: hunter2 }]",
    "remote_write[0].auth: must be a mapping, not text",
  ],
  [
    "remote_write: [{ url: http://x/, auth: 4711 }]",
    "remote_write[0].auth: must be a mapping, not a number",
  ],
  [
    "remote_write: [{ url: http://x/, auth: [hunter2] }]",
    "remote_write[0].auth: must be a mapping, not a list",
  ],
  [
    "hosts: [{ name: a, secret_file: 4711 }]",
    "hosts[0].secret_file: must be text, not a number (quote it for text)",
  ],
])("what stands at a wrong place is not told, as it may be secret: %j", (text, finding) => {
  expect(findings(text)).toEqual([`1: ${finding}`]);
});

test("text that is no YAML is refused with a line", () => {
  expect(findings("hosts: [\n  { name: a }\nlisten: x\n")[0]).toMatch(/^\d: \w/);
});

test.each([
  ["poll: { interval: 5s }", "1: poll: an interval of 5s must be longer than the timeout of 10s"],
  [
    "hosts: [{ name: a, interval: 10s }]",
    "1: hosts[0].interval: an interval of 10s must be longer than the timeout of 10s",
  ],
  [
    "hosts: [{ name: a, timeout: 2m }]",
    "1: hosts[0].timeout: an interval of 1m must be longer than the timeout of 2m",
  ],
])("a poll must be over before the next: %s", (text, finding) => {
  expect(findings(text)).toEqual([finding]);
});

test("a file is called by its name in what is wrong with it, and others are meant from its folder", () => {
  const { fileSd } = readConfig("/etc/p.yaml", "file_sd: [{ files: [targets/*.json, /a.yml] }]");
  expect(fileSd).toEqual(["/etc/targets/*.json", "/a.yml"]);
  expect(() => readConfig("/etc/p.yaml", "lissten: 127.0.0.1:0")).toThrow(
    "/etc/p.yaml:1: lissten: unknown key (did you mean listen?)",
  );
});

test.each([
  "listen: !hunter2 x",
  "listen: !hunter2!x y",
  "listen: !<hunter2> x",
  "listen: *hunter2",
  'listen: "\\hunter2"',
  "listen: |hunter2\n  x",
  'listen: "x" "hunter2"',
  "listen: [x]]hunter2",
  "%YAML hunter2\n---\nlisten: x",
  "%hunter2\n---\nlisten: x",
])("%j is refused, and none of it is quoted", (text) => {
  const found = findings(text);
  expect(found).not.toEqual([]);
  expect(found.join("\n")).not.toContain("hunter2");
  for (const finding of found) expect(finding).toMatch(/^\d+: (aliases|[A-Z])/);
});

import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../poller/config.ts";
import { demanded, type Host } from "../../../poller/targets/host.ts";
import { hostAt, staticHosts } from "../../../poller/targets/static.ts";
import { ConfigError } from "../../../poller/yaml.ts";

const hostsOf = (text: string): Host[] => staticHosts(parseConfig(text, "p.yaml"));

function findings(text: string): readonly string[] {
  try {
    parseConfig(text, "p.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.findings;
    throw error;
  }
  return [];
}

const TLS = "{ ca: /pki/ca.pem, cert: /pki/poller.pem, key: /pki/poller.key }";
const FILES = { ca: "/pki/ca.pem", cert: "/pki/poller.pem", key: "/pki/poller.key" };

test("a host may have means of its own", () => {
  const [host] = hostsOf(`
hosts:
  - name: web1
    encryption: encrypted
    secret_file: /etc/secret
    tls: { ca: /a.pem, cert: /b.pem, key: /c.key, server_name: 0bd5a42e-8d2c-4e52-8d18-2c5c3f0c6a11 }
`);
  expect(host).toMatchObject({
    encryption: "encrypted",
    secret: { file: "/etc/secret" },
    tls: { ca: "/a.pem", cert: "/b.pem", key: "/c.key" },
    serverName: "0bd5a42e-8d2c-4e52-8d18-2c5c3f0c6a11",
  });
});

test("what it has not is the fleet's, and its certificates are one object for all", () => {
  const config = parseConfig(
    `
poll: { secret_env: SECRET, tls: ${TLS} }
hosts: [{ name: a }, { name: b, tls: { server_name: b.example } }, { name: c, tls: { ca: /c.pem } }]
`,
    "p.yaml",
  );
  const [a, b, c] = staticHosts(config);
  expect([a, b].map((host) => [host?.secret, host?.tls])).toEqual([
    [{ env: "SECRET" }, FILES],
    [{ env: "SECRET" }, FILES],
  ]);
  expect(a?.tls).toBe(b?.tls);
  expect([a?.serverName, b?.serverName]).toEqual([undefined, "b.example"]);
  expect(c?.tls).toEqual({ ...FILES, ca: "/c.pem" });
  const unnamed = hostAt({ host: "192.0.2.1", port: 6556 }, config.poll);
  expect([unnamed.tls, unnamed.secret]).toEqual([a?.tls, { env: "SECRET" }]);
});

describe("a host must answer with no less than it has the means for", () => {
  test.each([
    ["nothing", "{}", "{}", "any"],
    ["a secret", "{}", "{ secret_file: /s }", "encrypted"],
    ["the fleet's secret", "{ secret_file: /s }", "{}", "encrypted"],
    ["certificates", "{}", `{ tls: ${TLS} }`, "tls"],
    ["the fleet's certificates", `{ tls: ${TLS} }`, "{}", "tls"],
    ["a secret beside the fleet's certificates", `{ tls: ${TLS} }`, "{ secret_file: /s }", "tls"],
    ["leave of its own", `{ tls: ${TLS} }`, "{ encryption: any }", "any"],
    ["the fleet's leave", `{ encryption: any, tls: ${TLS} }`, "{}", "any"],
    [
      "the fleet's leave, and certificates of its own",
      "{ encryption: any }",
      `{ tls: ${TLS} }`,
      "tls",
    ],
    ["a secret where the fleet has leave", "{ encryption: any }", "{ secret_env: S }", "encrypted"],
    ["a secret where all need TLS", `{ encryption: tls, tls: ${TLS} }`, "{ secret_env: S }", "tls"],
    ["a program", `{ tls: ${TLS}, secret_env: S }`, "{ program: [a] }", "any"],
    ["a program and a secret", `{ tls: ${TLS} }`, "{ program: [a], secret_env: S }", "encrypted"],
  ])("%s: poll %s, host %s: %s", (_, poll, own, wanted) => {
    const keys = own.replace(/^\{/, "{ name: web1,");
    const [host] = hostsOf(`poll: ${poll}\nhosts: [${keys}]`);
    expect(demanded(host!)).toBe(wanted);
  });
});

test("programs and files need no address, and a file has an age", () => {
  const [program, file, lasting] = hostsOf(`
hosts:
  - { name: front end, program: [ssh, web1, check_mk_agent] }
  - { name: spooled, file: /var/spool/web1, interval: 2m }
  - { name: lasting, file: /var/spool/web2, max_age: 1d }
`);
  expect(program).toMatchObject({
    name: "front end",
    address: "",
    program: ["ssh", "web1", "check_mk_agent"],
  });
  expect(program?.file).toBeUndefined();
  expect(file?.file).toEqual({ path: "/var/spool/web1", maxAgeSeconds: 180 });
  expect(lasting?.file).toEqual({ path: "/var/spool/web2", maxAgeSeconds: 86_400 });
});

describe("what makes no sense is named with its line", () => {
  test.each([
    ["encryption: yes", "encryption: must be one of any, encrypted, tls"],
    ["secret_file: secret", "secret_file: is not an absolute path"],
    ["secret_env: a-b", "secret_env: is not the name of an environment variable"],
    ["secret_file: /a, secret_env: B", "secret_env: there is a secret_file already"],
    ["secret: s3cret", "secret: unknown key (did you mean secret_env?)"],
    ["tls: { ca: /a, cert: /b }", "tls: lacks key"],
    ["tls: { server_name: web1 }", "tls: lacks ca, cert, key"],
    [
      `tls: { ca: /a, cert: /b, key: /c, server_name: "a b" }`,
      "tls.server_name: is not a host name, IP address or UUID",
    ],
    ["tls: { ca: a.pem, cert: /b, key: /c }", "tls.ca: is not an absolute path"],
    ["tls: { key_file: /a }", "tls.key_file: unknown key"],
    ["encryption: tls", "encryption: needs tls: { ca, cert, key }"],
    ["encryption: encrypted", "encryption: needs secret_file, secret_env or tls"],
    ["program: ssh web1", "program: must be a list, not text"],
    ["program: []", "program: must begin with a command"],
    ['program: [""]', "program: must begin with a command"],
    ["program: [ssh, 5]", "program[1]: must be text, not a number (quote it for text)"],
    ["program: [a], file: /b", "file: has no meaning beside a program"],
    ["program: [a], address: 10.0.0.1", "address: has no meaning beside a program"],
    ["file: /a, port: 1", "port: has no meaning beside a file"],
    [`program: [a], tls: ${TLS}`, "tls: has no meaning beside a program"],
    ["program: [a], encryption: tls", "encryption: a program has no TLS"],
    ["file: a", "file: is not an absolute path"],
    ["max_age: 5m", "max_age: is for a file only"],
  ])("%s", (keys, finding) => {
    expect(findings(`hosts:\n  - { name: web1 }\n  - { name: web2, ${keys} }\n`)).toEqual([
      `p.yaml:3: hosts[1].${finding}`,
    ]);
  });

  test("also of the fleet", () => {
    expect(findings("poll:\n  tls: { ca: /a }\nhosts: [{ name: a }]")).toEqual([
      "p.yaml:2: poll.tls: lacks cert, key",
    ]);
    expect(findings("hosts: [{ name: a }]\npoll:\n  encryption: tls")).toEqual([
      "p.yaml:3: poll.encryption: needs tls: { ca, cert, key }",
    ]);
    expect(findings("poll: { secret_file: /a, secret_env: B }")).toEqual([
      "p.yaml:1: poll.secret_env: there is a secret_file already",
    ]);
    expect(findings("hosts: [{ program: [a] }]")).toEqual(["p.yaml:1: hosts[0]: needs a name"]);
  });
});

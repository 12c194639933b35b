import { expect, test } from "vitest";
import { parseConfig } from "../../../poller/config.ts";
import { ConfigError } from "../../../poller/yaml.ts";

function findings(text: string): readonly string[] {
  try {
    parseConfig(text, "p.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.findings;
    throw error;
  }
  return [];
}

const URL = "https://prometheus.example/api/v1/write";

test("a receiver needs no more than a URL, and without any there is none", () => {
  expect(parseConfig("", "p.yaml").remoteWrite).toEqual([]);
  const { remoteWrite } = parseConfig(`remote_write: [{ url: "${URL}?tenant=a" }]`, "p.yaml");
  expect(remoteWrite).toEqual([
    {
      ...{ name: URL, url: `${URL}?tenant=a`, auth: undefined, headers: {}, tls: undefined },
      ...{ externalLabels: {}, timeoutSeconds: 30, maxBytes: 2 ** 30, maxAgeSeconds: 7200 },
    },
  ]);
});

test("all that may be said of one is read", () => {
  const { remoteWrite } = parseConfig(
    `
remote_write:
  - url: ${URL}
    name: main
    auth: { basic: { username: me, password_file: /etc/password } }
    headers: { X-Scope-OrgID: team, X-Key: { env: KEY }, X-Other: { file: /etc/other } }
    tls: { ca_file: /ca.pem, cert_file: /c.pem, key_file: /k.pem, server_name: p.example }
    external_labels: { site: b, job: node }
    timeout: 5s
    max_queue: 64MiB
    max_age: 30m
  - url: ${URL}
    name: other
    auth: { bearer: { token_env: TOKEN } }
`,
    "p.yaml",
  );
  expect(remoteWrite[0]).toEqual({
    ...{ name: "main", url: URL },
    auth: { username: "me", password: { file: "/etc/password" } },
    headers: {
      ...{ "X-Scope-OrgID": "team", "X-Key": { env: "KEY" }, "X-Other": { file: "/etc/other" } },
    },
    tls: { ca: "/ca.pem", cert: "/c.pem", key: "/k.pem", serverName: "p.example" },
    externalLabels: { site: "b", job: "node" },
    ...{ timeoutSeconds: 5, maxBytes: 64 * 2 ** 20, maxAgeSeconds: 1800 },
  });
  expect(remoteWrite[1]?.auth).toEqual({ token: { env: "TOKEN" } });
});

const WRONG: readonly (readonly [keys: string, finding: string])[] = [
  ["url: ftp://x/", "remote_write[0].url: must be an http or https URL"],
  [
    "url: 'http://me:secret@x/'",
    "remote_write[0].url: must not hold a user or a password: they belong under auth",
  ],
  [
    `url: ${URL}, auth: { basic: { username: me } }`,
    "remote_write[0].auth.basic: needs either password_file or password_env",
  ],
  [
    `url: ${URL}, auth: { bearer: { token_file: /t, token_env: T } }`,
    "remote_write[0].auth.bearer: needs either token_file or token_env",
  ],
  [`url: ${URL}, auth: {}`, "remote_write[0].auth: must be either basic or bearer"],
  [
    `url: ${URL}, auth: { basic: { username: me, password: secret } }`,
    "remote_write[0].auth.basic.password: unknown key (did you mean password_env?)",
  ],
  [
    `url: ${URL}, headers: { Authorization: x }`,
    "remote_write[0].headers.Authorization: is a header that is not to be set here",
  ],
  [
    `url: ${URL}, headers: { "X Y": x }`,
    "remote_write[0].headers.X Y: is not the name of a header",
  ],
  [
    `url: ${URL}, headers: { X-Y: 5 }`,
    "remote_write[0].headers.X-Y: must be a text, { file: /PATH } or { env: NAME }",
  ],
  [
    `url: ${URL}, tls: { cert_file: /c.pem }`,
    "remote_write[0].tls: needs cert_file and key_file together",
  ],
  [
    "url: 'http://x/', tls: { ca_file: /c.pem }",
    "remote_write[0].tls: has no meaning for an http URL",
  ],
  [
    `url: ${URL}, external_labels: { instance: x }`,
    "remote_write[0].external_labels.instance: is the label that holds the host's name",
  ],
  [
    `url: ${URL}, max_queue: 1MiB`,
    "remote_write[0].max_queue: must be from 16MiB to 1000GiB, not 1MiB",
  ],
  [
    `url: ${URL} }, { url: ${URL}`,
    `remote_write[1].name: "${URL}" is another receiver already: give it a name of its own`,
  ],
];

test.each(WRONG)("what is wrong with { %s } is said", (keys, finding) => {
  const all = findings(`remote_write: [{ ${keys} }]`);
  expect(all.join("\n")).toContain(finding);
  expect(all.join("\n")).not.toContain("secret@");
});

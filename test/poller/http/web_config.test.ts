import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readWebConfig } from "../../../poller/http/web_config.ts";
import { program, testWith } from "../../peers.ts";
import { temporaryFolder } from "../../programs.ts";
import { filledFolder } from "../pki/folders.ts";
import { filesOf } from "../sources/controller.ts";
import { HASH } from "./web.ts";

function fileOf(text: string, name = "web.yml"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** A file that says all that can be said. */
async function whole(): Promise<string> {
  const { ca, cert, key } = filesOf(await filledFolder(), "web1");
  return `tls_server_config:
  cert_file: ${cert}
  key_file: ${key}
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ${ca}
  min_version: TLS13
http_server_config:
  http2: false
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: deny
basic_auth_users:
  prometheus: ${HASH}
  "o'brien smith": "$2y$10$EYxs8IOG46m9CtpB/XlPxO1ei7E4BjAen0SUv6di7mD4keR/8JO6m"
`;
}

test("all that can be said is read", async () => {
  const { tls, headers, users, files } = await readWebConfig(fileOf(await whole()));
  expect(tls).toMatchObject({
    clients: "RequireAndVerifyClientCert",
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
  });
  expect(headers).toEqual({
    "strict-transport-security": "max-age=31536000",
    "x-frame-options": "deny",
  });
  expect([...users.keys()]).toEqual(["prometheus", "o'brien smith"]);
  expect(files).toHaveLength(4);
});

test("an empty file asks for nothing", async () => {
  const { tls, headers, users } = await readWebConfig(fileOf("# nothing\n"));
  expect([tls, headers, users.size]).toEqual([undefined, {}, 0]);
});

testWith(program("promtool"))("promtool takes the same file", async () => {
  const { status, stdout, stderr } = spawnSync(
    "promtool",
    ["check", "web-config", fileOf(await whole())],
    { encoding: "utf8" },
  );
  expect(`${stdout}${stderr}`).toContain("SUCCESS");
  expect(status).toBe(0);
});

describe("what is wrong is told with file, line and key", () => {
  const tls = "tls_server_config:\n  cert_file: a\n  key_file: b\n";
  test.each([
    [
      "tls_sever_config: {}",
      ["1: tls_sever_config: unknown key (did you mean tls_server_config?)"],
    ],
    [
      `${tls}  min_verson: TLS13`,
      ["4: tls_server_config.min_verson: unknown key (did you mean min_version?)"],
    ],
    [
      `${tls}  min_version: TLS11`,
      ["4: tls_server_config.min_version: must be one of TLS12, TLS13"],
    ],
    [`${tls}  client_allowed_sans: [a]`, ["4: tls_server_config.client_allowed_sans: unknown key"]],
    [
      "tls_server_config: {}",
      ["1: tls_server_config.cert_file: is missing", "1: tls_server_config.key_file: is missing"],
    ],
    [
      `${tls}  client_auth_type: Verify`,
      [/^4: tls_server_config.client_auth_type: must be one of NoClientCert, /],
    ],
    [
      `${tls}  client_auth_type: VerifyClientCertIfGiven`,
      ["4: tls_server_config.client_auth_type: needs client_ca_file"],
    ],
    [
      `${tls}  client_ca_file: c`,
      ["4: tls_server_config.client_ca_file: needs a client_auth_type that asks for certificates"],
    ],
    [
      `${tls}  min_version: TLS13\n  max_version: TLS12`,
      ["5: tls_server_config.max_version: is below min_version"],
    ],
    [
      "http_server_config:\n  headers:\n    X-Frame-Option: deny",
      [
        /^3: http_server_config.headers.X-Frame-Option: cannot be set \(did you mean X-Frame-Options\?\)$/,
      ],
    ],
    [
      "http_server_config: { headers: { X-Frame-Options: maybe } }",
      ["1: http_server_config.headers.X-Frame-Options: must be one of deny, sameorigin"],
    ],
    [
      'http_server_config: { headers: { X-XSS-Protection: "a\\r\\nb: c" } }',
      ["1: http_server_config.headers.X-XSS-Protection: must be printable ASCII"],
    ],
    ["basic_auth_users:\n  ann: hunter2", [/^2: basic_auth_users.ann: is no hash of bcrypt/]],
    [
      `basic_auth_users:\n  ann: ${HASH}\n  "b:c": ${HASH}`,
      [/^3: basic_auth_users.b:c: must have neither colons/],
    ],
    [
      `basic_auth_users:\n  ann: ${HASH.replace("$04$", "$15$")}`,
      [/^2: basic_auth_users.ann: .* cost up to 14$/],
    ],
    ["basic_auth_users: [a]", [/^1: basic_auth_users: must be a mapping/]],
    ["a: &a 1\nb: *a", [/^2: aliases are not supported/]],
  ])("%s", async (text, findings) => {
    const file = fileOf(`${text}\n`);
    const error: unknown = await readWebConfig(file).catch((thrown: unknown) => thrown);
    const lines = (error as Error).message.split("\n").map((line) => line.replace(`${file}:`, ""));
    expect(lines).toHaveLength(findings.length);
    for (const [i, finding] of findings.entries())
      if (typeof finding === "string") expect(lines[i]).toBe(finding);
      else expect(lines[i]).toMatch(finding);
  });

  test("of certificates and keys as well", async () => {
    const { ca, cert, key } = filesOf(await filledFolder(), "web1");
    const other = filesOf(await filledFolder(), "web1");
    const finding = async (own: object): Promise<string> => {
      const tls = { cert_file: cert, key_file: key, ...own };
      const lines = Object.entries(tls).map(([name, path]) => `  ${name}: ${path}\n`);
      const file = fileOf(`tls_server_config:\n${lines.join("")}`);
      const error: unknown = await readWebConfig(file).catch((thrown: unknown) => thrown);
      return error instanceof Error ? error.message.replace(`${file}:`, "") : "fine";
    };
    expect(await finding({})).toBe("fine");
    expect(await finding({ cert_file: "/nonexistent/c" })).toBe(
      "2: tls_server_config.cert_file: /nonexistent/c: no such file",
    );
    expect(await finding({ cert_file: "/dev/zero" })).toMatch(
      /cert_file: \/dev\/zero: not a file$/,
    );
    expect(await finding({ cert_file: key })).toMatch(
      /cert_file: holds no certificate in PEM form/,
    );
    expect(await finding({ key_file: cert })).toMatch(/^3: .*key_file: holds no private key/);
    expect(await finding({ key_file: other.key })).toMatch(/key_file: is not the key of cert_file/);
    const client = { client_auth_type: "RequireAndVerifyClientCert" };
    expect(await finding({ ...client, client_ca_file: ca })).toBe("fine");
    expect(await finding({ ...client, client_ca_file: key })).toMatch(
      /^5: .*client_ca_file: holds no certificate/,
    );
  });

  test("paths are meant from where the file is", async () => {
    const { cert, key } = filesOf(await filledFolder(), "web1");
    const folder = temporaryFolder();
    const { readFileSync } = await import("node:fs");
    writeFileSync(join(folder, "c.pem"), readFileSync(cert));
    writeFileSync(join(folder, "k.pem"), readFileSync(key));
    const file = join(folder, "web.yml");
    writeFileSync(file, "tls_server_config: { cert_file: c.pem, key_file: ./k.pem }\n");
    expect((await readWebConfig(file)).files).toEqual([
      ...[file, join(folder, "c.pem"), join(folder, "k.pem")],
    ]);
  });

  test("a file that is not there says so", async () => {
    await expect(readWebConfig("/nonexistent/web.yml")).rejects.toThrow(
      "/nonexistent/web.yml: no such file",
    );
  });
});

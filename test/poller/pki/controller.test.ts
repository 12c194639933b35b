import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportController } from "../../../poller/pki/authority.ts";
import { inventory } from "../../../poller/pki/inventory.ts";
import { shared, testWith } from "../../peers.ts";
import { runProgram } from "../../programs.ts";
import { filledFolder, later, now } from "./folders.ts";
import { startAgent } from "./tls_agent.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const terms = { version: "1.2.3", now };

test("what a controller imports holds all that it needs, and nothing else", async () => {
  const folder = await filledFolder();
  const { connection, ...rest } = await exportController(folder, "web2", terms);
  expect(rest).toEqual({ agent_controller_version: "1.2.3" });
  expect(Object.keys(connection).sort()).toEqual([
    "certificate",
    "private_key",
    "root_cert",
    "uuid",
  ]);
  expect(connection.uuid).toMatch(UUID);

  const certificate = new X509Certificate(connection.certificate);
  expect(certificate.subject).toBe(`CN=${connection.uuid}`);
  expect(certificate.subjectAltName).toBe(`DNS:${connection.uuid}`);
  expect(certificate.verify(new X509Certificate(connection.root_cert).publicKey)).toBe(true);
  expect(new X509Certificate(connection.root_cert).fingerprint256).toBe(
    (await folder.certificate("ca"))!.fingerprint256,
  );

  expect(connection.private_key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  const key = createPrivateKey(connection.private_key);
  expect([key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength]).toEqual(["rsa", 2048]);
  expect(certificate.checkPrivateKey(key)).toBe(true);
});

test("its certificate is kept and its expiry seen, its key is not", async () => {
  const folder = await filledFolder();
  await exportController(folder, "web1", { ...terms, days: 40 });
  const kept = join(folder.path, "controllers");
  expect(await readdir(kept)).toEqual(["web1.pem"]);
  expect((await stat(kept)).mode & 0o777).toBe(0o700);
  const listed = async (days: number) =>
    (await inventory(folder, later(days))).filter(({ name }) => name === "web1");
  expect((await listed(0)).map(({ role, problem }) => [role, problem])).toEqual([
    ["agent", undefined],
    ["controller", undefined],
  ]);
  expect((await listed(20))[1]?.problem).toMatch(/^expires in 20 days/);
});

test("a further export has another UUID and must be wanted", async () => {
  const folder = await filledFolder();
  const first = await exportController(folder, "web2", terms);
  await expect(exportController(folder, "web2", terms)).rejects.toThrow(/--force/);
  const second = await exportController(folder, "web2", { ...terms, force: true });
  expect(second.connection.uuid).not.toBe(first.connection.uuid);
  const kept = await readFile(join(folder.path, "controllers", "web2.pem"), "utf8");
  expect(kept).toBe(second.connection.certificate);
});

testWith(shared)("a site fetches from an agent that has imported it", async () => {
  const folder = await filledFolder();
  const { connection } = await exportController(folder, "web2", terms);
  const port = await startAgent({
    ca: connection.root_cert,
    cert: connection.certificate,
    key: connection.private_key,
  });
  const site = (servername: string) =>
    runProgram(process.execPath, [
      join(shared.path, "bench", "site.mjs"),
      `127.0.0.1:${port}`,
      ...["--policy", "tls", "--servername", servername, "--ca", folder.certificatePath("ca")],
      ...["--cert", folder.certificatePath("poller"), "--key", folder.keyPath("poller"), "--json"],
    ]);
  const { first, sections } = JSON.parse((await site(connection.uuid)).stdout) as {
    first: string;
    sections: object;
  };
  expect(first).toBe("16");
  expect(sections).toEqual({
    check_mk: [
      ["Version:", "1.0"],
      ["AgentOS:", "linux"],
    ],
  });
  await expect(site("web2")).rejects.toThrow(/certificate is for/);
});

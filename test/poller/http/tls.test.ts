import { copyFile, readFile } from "node:fs/promises";
import { Agent } from "node:https";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { issueAgent } from "../../../poller/pki/authority.ts";
import type { PkiFolder } from "../../../poller/pki/folder.ts";
import { temporaryFolder } from "../../programs.ts";
import { filledFolder, now } from "../pki/folders.ts";
import { filesOf, pemOf } from "../sources/controller.ts";
import { text } from "./serving.ts";
import { protectedBy, replace, secureGet } from "./web.ts";

const config = ({ cert, key }: { cert: string; key: string }, more = ""): string =>
  `tls_server_config:\n  cert_file: ${cert}\n  key_file: ${key}\n${more}`;

const clients = (type: string, folder?: PkiFolder): string =>
  `  client_auth_type: ${type}\n${folder ? `  client_ca_file: ${filesOf(folder).ca}\n` : ""}`;

describe("over TLS", () => {
  test("the server answers, and in the clear it does not", async () => {
    const folder = await filledFolder();
    const { port } = await protectedBy(config(filesOf(folder, "web1")));
    const { ca } = pemOf(folder, "web1");
    const got = await secureGet(port, { ca });
    expect(got).toMatchObject({ status: 200, body: "healthy\n", protocol: "TLSv1.3" });
    await expect(text(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    await expect(secureGet(port)).rejects.toThrow(/certificate/);
  });

  test("versions are those that are wanted", async () => {
    const folder = await filledFolder();
    const { ca } = pemOf(folder, "web1");
    const old = { ca, maxVersion: "TLSv1.2" as const };
    const usual = await protectedBy(config(filesOf(folder, "web1")));
    expect((await secureGet(usual.port, old)).protocol).toBe("TLSv1.2");
    const strict = await protectedBy(config(filesOf(folder, "web1"), "  min_version: TLS13\n"));
    await expect(secureGet(strict.port, old)).rejects.toThrow();
    expect((await secureGet(strict.port, { ca })).protocol).toBe("TLSv1.3");
  });

  test("clients show what they have to", async () => {
    const folder = await filledFolder();
    const stranger = await filledFolder();
    const { ca } = pemOf(folder, "web1");
    const { cert, key } = pemOf(folder, "poller");
    const foreign = pemOf(stranger, "poller");
    const known = { ca, cert, key };
    const unknown = { ca, cert: foreign.cert, key: foreign.key };
    for (const [type, welcome] of [
      ["NoClientCert", [true, true, true]],
      ["RequestClientCert", [true, true, true]],
      ["RequireAnyClientCert", [true, true, false]],
      ["VerifyClientCertIfGiven", [true, false, true]],
      ["RequireAndVerifyClientCert", [true, false, false]],
    ] as const) {
      const verifies = type.includes("Verify") ? folder : undefined;
      const { port } = await protectedBy(config(filesOf(folder, "web1"), clients(type, verifies)));
      const tried = [known, unknown, { ca }].map((options) =>
        secureGet(port, options).then(
          ({ status }) => status === 200,
          () => false,
        ),
      );
      expect(await Promise.all(tried), type).toEqual(welcome);
    }
  });

  test("a session that is resumed is a client's that was welcome", async () => {
    const folder = await filledFolder();
    const { port } = await protectedBy(
      config(filesOf(folder, "web1"), clients("RequireAnyClientCert")),
    );
    const { ca, cert, key } = { ...pemOf(folder, "poller"), ca: pemOf(folder, "web1").ca };
    const agent = new Agent({ ca, cert, key, maxCachedSessions: 10 });
    onTestFinished(() => agent.destroy());
    for (let i = 0; i < 3; i++)
      expect((await secureGet(port, { ca, cert, key, agent })).status).toBe(200);
  });
});

describe("when its files change", () => {
  /** A server whose certificates lie in a folder of their own. */
  async function renewable() {
    const pki = await filledFolder();
    const folder = temporaryFolder();
    const files = { cert: join(folder, "c.pem"), key: join(folder, "k.pem") };
    const { ca, cert, key } = filesOf(pki, "web1");
    await copyFile(cert, files.cert);
    await copyFile(key, files.key);
    const server = await protectedBy(config(files), folder);
    const get = () => readFile(ca).then((pem) => secureGet(server.port, { ca: pem }));
    return { ...server, pki, files, get };
  }

  test("new certificates are shown to whoever connects from then on", async () => {
    const { pki, files, get, faults } = await renewable();
    const { serial } = await get();
    await issueAgent(pki, ["web2", "127.0.0.1"], { now });
    const { cert, key } = filesOf(pki, "web2");
    await replace(files.key, await readFile(key));
    await expect.poll(() => faults).toHaveLength(1);
    expect(faults[0]).toMatch(
      /web\.yml:3: tls_server_config\.key_file: is not the key of cert_file$/,
    );
    expect((await get()).serial).toBe(serial);
    await replace(files.cert, await readFile(cert));
    await expect.poll(async () => (await get()).serial).not.toBe(serial);
    expect(faults).toHaveLength(1);
  });

  test("a certificate that vanishes, or turns bad, changes nothing", async () => {
    const { files, file, get, faults } = await renewable();
    const good = await readFile(files.cert);
    await replace(files.cert, "rubbish");
    await expect.poll(() => faults).toHaveLength(1);
    await replace(file, "tls_server_config: [");
    await expect.poll(() => faults).toHaveLength(2);
    expect((await get()).status).toBe(200);
    await replace(files.cert, good);
    await replace(file, config(files, "http: {}\n"));
    await expect.poll(() => faults.at(-1)).toContain("http: unknown key");
    expect((await get()).status).toBe(200);
  });

  test("clients can be made to show certificates, while TLS itself stays", async () => {
    const { files, file, get, faults, pki, port } = await renewable();
    await replace(file, config(files, clients("RequireAndVerifyClientCert", pki)));
    await expect.poll(() => get().then(String, () => "refused")).toBe("refused");
    const { cert, key } = pemOf(pki, "poller");
    const { ca } = pemOf(pki, "web1");
    expect((await secureGet(port, { ca, cert, key })).status).toBe(200);
    await replace(file, "basic_auth_users: {}\n");
    await expect
      .poll(() => faults)
      .toEqual(["tls_server_config cannot come or go while the server runs"]);
    expect((await secureGet(port, { ca, cert, key })).status).toBe(200);
  });
});

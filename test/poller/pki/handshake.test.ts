import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { initAuthority, issueAgent, renew } from "../../../poller/pki/authority.ts";
import type { PkiFolder } from "../../../poller/pki/folder.ts";
import { filledFolder, later, newFolder, now } from "./folders.ts";
import { type Credentials, poll, REPORT, startAgent } from "./tls_agent.ts";

async function credentials(folder: PkiFolder, name: string): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all(
    [folder.certificatePath("ca"), folder.certificatePath(name), folder.keyPath(name)].map((path) =>
      readFile(path, "utf8"),
    ),
  );
  return { ca: ca!, cert: cert!, key: key! };
}

/** In TLS 1.3 a client is refused after its handshake: by an alert, a reset or an early end. */
const NOTHING = /certificate required|ECONNRESET|cut off within the head/;

describe("agent and poller with certificates of one authority", () => {
  test("speak TLS 1.3", async () => {
    const folder = await filledFolder();
    const port = await startAgent(await credentials(folder, "web1"));
    const poller = await credentials(folder, "poller");
    for (const asked of [{ servername: "web1" }, { host: "127.0.0.1" }])
      expect(await poll(port, { ...poller, ...asked })).toBe(`TLSv1.3 ${REPORT}`);
  });

  test("the poller refuses an agent of another name", async () => {
    const folder = await filledFolder();
    const port = await startAgent(await credentials(folder, "web1"));
    const poller = await credentials(folder, "poller");
    await expect(poll(port, { ...poller, servername: "web2" })).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  test("the agent refuses who has no certificate", async () => {
    const folder = await filledFolder();
    const port = await startAgent(await credentials(folder, "web1"));
    const { ca } = await credentials(folder, "poller");
    await expect(poll(port, { ca, servername: "web1" })).rejects.toThrow(NOTHING);
  });

  test("an agent cannot poll another, nor a poller serve", async () => {
    const folder = await filledFolder();
    await issueAgent(folder, ["web2"], { now });
    const [web1, web2, poller] = await Promise.all(
      ["web1", "web2", "poller"].map((name) => credentials(folder, name)),
    );
    const port = await startAgent(web1!);
    await expect(poll(port, { ...web2!, servername: "web1" })).rejects.toThrow(NOTHING);
    const posing = await startAgent(poller!);
    await expect(
      poll(posing, { ...poller!, servername: "roundsman-poller" }),
    ).rejects.toMatchObject({ code: "INVALID_PURPOSE" });
  });

  test("a renewed authority and a renewed agent trust who was not renewed", async () => {
    const folder = await filledFolder();
    const poller = await credentials(folder, "poller");
    await renew(folder, "ca", { now });
    await renew(folder, "web1", { now });
    const port = await startAgent(await credentials(folder, "web1"));
    expect(await poll(port, { ...poller, servername: "web1" })).toContain(REPORT);
  });
});

describe("certificates of two authorities", () => {
  test("neither side trusts the other's", async () => {
    const [ours, theirs] = [await filledFolder(), await filledFolder()];
    const port = await startAgent(await credentials(ours, "web1"));
    const stranger = await credentials(theirs, "poller");
    await expect(poll(port, { ...stranger, servername: "web1" })).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|ISSUER|SIGNATURE/) as string,
    });
    const { ca } = await credentials(ours, "poller");
    await expect(poll(port, { ...stranger, ca, servername: "web1" })).rejects.toThrow(NOTHING);
  });
});

test("an expired certificate is refused", async () => {
  const folder = await newFolder();
  await initAuthority(folder, { now: later(-100) });
  await issueAgent(folder, ["web1"], { days: 10, now: later(-100) });
  const { ca, ...agent } = await credentials(folder, "web1");
  const port = await startAgent({ ca, ...agent });
  await expect(poll(port, { ca, servername: "web1" })).rejects.toMatchObject({
    code: "CERT_HAS_EXPIRED",
  });
});

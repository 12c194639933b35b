import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { initAuthority, issueAgent, issuePoller, renew } from "../../../poller/pki/authority.ts";
import type { PkiFolder } from "../../../poller/pki/folder.ts";
import { inventory } from "../../../poller/pki/inventory.ts";
import { program, testWith } from "../../peers.ts";
import { DAY_MS, filledFolder, later, newFolder, now } from "./folders.ts";

const run = promisify(execFile);
const mode = async (path: string) => (await stat(path)).mode & 0o777;
const certificate = async (folder: PkiFolder, name: string) => (await folder.certificate(name))!;
const lifeDays = ({ validTo }: X509Certificate) =>
  Math.round((Date.parse(validTo) - now.getTime()) / DAY_MS);
const contents = async (folder: PkiFolder) => {
  const files = (await readdir(folder.path)).sort();
  return Promise.all(files.map(async (f) => [f, await readFile(`${folder.path}/${f}`, "utf8")]));
};

describe("what is made", () => {
  test("is a key and a certificate each, and nothing is left beside them", async () => {
    const folder = await filledFolder();
    expect((await readdir(folder.path)).sort()).toEqual(
      ["ca", "poller", "web1"].flatMap((name) => [`${name}.key`, `${name}.pem`]),
    );
    for (const name of ["ca", "poller", "web1"])
      expect((await certificate(folder, name)).checkPrivateKey((await folder.key(name))!)).toBe(
        true,
      );
  });

  test("keeps its keys for the owner alone", async () => {
    const folder = await filledFolder();
    expect(await mode(folder.path)).toBe(0o700);
    for (const name of ["ca", "poller", "web1"])
      expect(await mode(folder.keyPath(name))).toBe(0o600);
  });

  test("says whom it is for and what", async () => {
    const folder = await filledFolder();
    const [ca, agent, poller] = [
      await certificate(folder, "ca"),
      await certificate(folder, "web1"),
      await certificate(folder, "poller"),
    ];
    expect(ca.ca).toBe(true);
    expect([agent.ca, agent.subject, agent.subjectAltName]).toEqual([
      false,
      "CN=web1",
      "DNS:web1, IP Address:127.0.0.1",
    ]);
    // RFC 5280: id-kp-serverAuth, id-kp-clientAuth.
    expect(agent.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(poller.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(poller.subject).toBe("CN=roundsman-poller");
  });

  test("holds ten years or 400 days, or as long as is wanted, but not beyond the authority", async () => {
    const folder = await filledFolder();
    expect(lifeDays(await certificate(folder, "ca"))).toBe(3650);
    expect(lifeDays(await certificate(folder, "web1"))).toBe(400);
    await issueAgent(folder, ["web2"], { days: 7, now });
    expect(lifeDays(await certificate(folder, "web2"))).toBe(7);
    await issueAgent(folder, ["web3"], { days: 5000, now });
    expect(lifeDays(await certificate(folder, "web3"))).toBe(3650);
  });

  test("has a serial number of its own, 128 bits long", async () => {
    const folder = await filledFolder();
    const serials = await Promise.all(
      ["ca", "poller", "web1"].map(async (name) => (await certificate(folder, name)).serialNumber),
    );
    expect(new Set(serials).size).toBe(3);
    const digits = Math.max(...serials.map((serial) => serial.length));
    expect(digits).toBeGreaterThan(28);
    expect(digits).toBeLessThanOrEqual(32);
  });

  test("may have a name longer than a common name may be", async () => {
    const folder = await filledFolder();
    const name = `${"a".repeat(63)}.${"b".repeat(63)}.example.org`;
    await issueAgent(folder, [name], { now });
    const { subject, subjectAltName } = await certificate(folder, name);
    expect([subject, subjectAltName]).toEqual([`CN=${name.slice(0, 64)}`, `DNS:${name}`]);
  });

  testWith(program("openssl"))("is what openssl takes for good, strictly", async () => {
    const folder = await filledFolder();
    await renew(folder, "ca", { days: 36_500, now });
    const [ca, agent, poller] = ["ca", "web1", "poller"].map(folder.certificatePath);
    const verify = (...args: string[]) =>
      run("openssl", ["verify", "-x509_strict", "-CAfile", ca!, ...args]);
    await verify(ca!);
    await verify("-purpose", "sslserver", "-verify_hostname", "web1", agent!);
    await verify("-purpose", "sslserver", "-verify_ip", "127.0.0.1", agent!);
    await verify("-purpose", "sslclient", poller!);
    await expect(verify("-purpose", "sslclient", agent!)).rejects.toThrow(/unsuitable|unsupported/);
    await expect(verify("-purpose", "sslserver", poller!)).rejects.toThrow(
      /unsuitable|unsupported/,
    );
    await expect(verify("-verify_hostname", "web2", agent!)).rejects.toThrow(/hostname mismatch/i);
  });
});

describe("what is there", () => {
  test("is not replaced unless that is wanted", async () => {
    const folder = await filledFolder();
    const before = await contents(folder);
    for (const again of [
      () => initAuthority(folder, { now }),
      () => issueAgent(folder, ["web1"], { now }),
      () => issuePoller(folder, { now }),
    ])
      await expect(again()).rejects.toThrow(/is there already; --force replaces it/);
    expect(await contents(folder)).toEqual(before);
    await issueAgent(folder, ["web1"], { force: true, now });
    const replaced = await certificate(folder, "web1");
    expect(replaced.subjectAltName).toBe("DNS:web1");
    expect(replaced.checkPrivateKey((await folder.key("web1"))!)).toBe(true);
  });

  test.each([".key", ".pem"])("is not replaced where only its %s is left", async (ending) => {
    const folder = await filledFolder();
    await writeFile(`${folder.path}/web2${ending}`, "mine");
    await expect(issueAgent(folder, ["web2"], { now })).rejects.toThrow(`web2${ending} is there`);
    const web2 = (await contents(folder)).filter(([name]) => name?.startsWith("web2"));
    expect(web2).toEqual([[`web2${ending}`, "mine"]]);
  });

  test("of several that are made at once, one is, and its key fits", async () => {
    const folder = await filledFolder();
    const tries = Array.from({ length: 8 }, () => issueAgent(folder, ["web2"], { now }));
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await certificate(folder, "web2")).checkPrivateKey((await folder.key("web2"))!)).toBe(
      true,
    );
    expect((await readdir(folder.path)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("a folder", () => {
  test("that others may look into is refused before a key is in it", async () => {
    const folder = await newFolder();
    await mkdir(folder.path, { mode: 0o755 });
    await expect(initAuthority(folder, { now })).rejects.toThrow(/chmod 700/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("without an authority issues nothing", async () => {
    const folder = await newFolder();
    await expect(issuePoller(folder, { now })).rejects.toThrow(/ca\.pem: run pki init first/);
  });

  test("whose ca.key is another's issues nothing", async () => {
    const [folder, other] = [await filledFolder(), await filledFolder()];
    await writeFile(folder.keyPath("ca"), await readFile(other.keyPath("ca")));
    await expect(issueAgent(folder, ["web2"], { now })).rejects.toThrow(/does not belong to/);
    await writeFile(folder.keyPath("ca"), "not a key");
    await expect(issueAgent(folder, ["web2"], { now })).rejects.toThrow(/ca\.key cannot be read/);
  });
});

describe("renewing", () => {
  test("keeps the key and the names, and needs no key of the agent", async () => {
    const folder = await filledFolder();
    const before = await certificate(folder, "web1");
    await writeFile(folder.keyPath("web1"), "elsewhere");
    await renew(folder, "web1", { days: 500, now });
    const after = await certificate(folder, "web1");
    expect(after.publicKey.equals(before.publicKey)).toBe(true);
    expect(after.subjectAltName).toBe(before.subjectAltName);
    expect(after.keyUsage).toEqual(before.keyUsage);
    expect(after.serialNumber).not.toBe(before.serialNumber);
    expect(lifeDays(after)).toBe(500);
    expect(await readFile(folder.keyPath("web1"), "utf8")).toBe("elsewhere");
  });

  test("the authority leaves all that it has signed in force", async () => {
    const folder = await filledFolder();
    await expect(issueAgent(folder, ["web2"], { now: later(3651) })).rejects.toThrow(/renew ca/);
    await renew(folder, "ca", { now: later(3651) });
    const ca = await certificate(folder, "ca");
    expect(lifeDays(ca)).toBe(3651 + 3650);
    for (const name of ["web1", "poller"])
      expect((await certificate(folder, name)).verify(ca.publicKey)).toBe(true);
    await issueAgent(folder, ["web2"], { now: later(3651) });
  });

  test("brings an agent under a new authority", async () => {
    const folder = await filledFolder();
    await initAuthority(folder, { force: true, now });
    const problems = async () =>
      (await inventory(folder, now)).map(({ name, problem }) => [name, problem]);
    expect(await problems()).toEqual([
      ["ca", undefined],
      ["poller", "is not signed by ca.pem"],
      ["web1", "is not signed by ca.pem"],
    ]);
    for (const name of ["poller", "web1"]) await renew(folder, name, { now });
    expect((await problems()).map(([, problem]) => problem)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("what is not there is refused", async () => {
    const folder = await filledFolder();
    await expect(renew(folder, "web2", { now })).rejects.toThrow(/there is no .*web2\.pem/);
  });
});

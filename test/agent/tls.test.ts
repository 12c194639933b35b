import { createPublicKey, randomBytes } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ReportServer, type ServerOptions } from "../../agent/server.ts";
import { TlsDoor } from "../../agent/tls.ts";
import { initAuthority, issueAgent, renew } from "../../poller/pki/authority.ts";
import { keyPem, newKey, sign } from "../../poller/pki/certificates.ts";
import type { PkiFolder } from "../../poller/pki/folder.ts";
import { filledFolder, later, newFolder, now } from "../poller/pki/folders.ts";
import { poll } from "../poller/pki/tls_agent.ts";

const PATIENCE = 20_000;
/** Seconds of grace that no test outlasts. */
const FOREVER = 600;
const TEXT = "<<<a>>>\nb\n";
/** More than the kernel holds for a client that does not read. */
const LARGE = 16 * 1024 * 1024;
const UUID = "0bd5a42e-8d2c-4e52-8d18-2c5c3f0c6a11";

let warned: string[];
let polls: number;
let delivered: number;
let closing: ReportServer[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(closing.map((server) => server.close(0)));
  closing = [];
});

const filesOf = (folder: PkiFolder, ...names: readonly string[]) => ({
  certs: names.map((name) => folder.certificatePath(name)),
  keys: names.map((name) => folder.keyPath(name)),
  ca: folder.certificatePath("ca"),
});

function credentials(folder: PkiFolder, name = "poller") {
  const read = (path: string): string => readFileSync(path, "utf8");
  const { certs, keys, ca } = filesOf(folder, name);
  return { ca: read(ca), cert: read(certs[0]!), key: read(keys[0]!) };
}

interface Serving {
  readonly text?: string | Buffer;
  readonly names?: readonly string[];
  readonly options?: Partial<ServerOptions>;
}

/** Serves the text with TLS; gives the door and its port. */
async function serve(folder: PkiFolder, { text = TEXT, names = ["web1"], options }: Serving = {}) {
  warned = [];
  [polls, delivered] = [0, 0];
  const warn = (line: string): number => warned.push(line);
  const door = new TlsDoor(filesOf(folder, ...names), warn);
  const server = new ReportServer({
    maxConnections: 128,
    maxPerAddress: 128,
    polled: () => polls++,
    tls: door,
    warn,
    ...options,
  });
  closing.push(server);
  const place = await server.listen({ address: "127.0.0.1", port: 0 });
  await server.offer({ bytes: Buffer.from(text), at: 0, delivered: () => delivered++ });
  return { door, server, port: "port" in place ? place.port : 0 };
}

/** The rest of a conversation that began without TLS, as long as it lasts. */
async function speak(port: number, words = ""): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.setEncoding("latin1").on("data", (text: string) => (heard += text));
  socket.write(words);
  await new Promise((done) => socket.once("close", done));
  return heard;
}

/** A client that has shaken hands and reads nothing. */
async function enter(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket: Socket = connect(port, "127.0.0.1").on("error", () => undefined);
  await once(socket, "readable");
  socket.read(2);
  const secure = connectTls({ socket, servername: "web1", ...options });
  onTestFinished(() => void secure.destroy());
  secure.on("error", () => undefined).pause();
  await once(secure, "secureConnect");
  return secure;
}

describe("a poller with a certificate of the authority", () => {
  test("gets the report in its frame, and counts as a poll", async () => {
    const folder = await filledFolder();
    const { port } = await serve(folder);
    expect(await poll(port, { ...credentials(folder), servername: "web1" })).toBe(
      `TLSv1.3 ${TEXT}`,
    );
    await vi.waitFor(() => expect([polls, delivered]).toEqual([1, 1]), PATIENCE);
    expect(warned).toEqual([]);
  });

  test("is asked for it again each time, though it remembers the session", async () => {
    const folder = await filledFolder();
    const { port } = await serve(folder);
    const first = await enter(port, credentials(folder));
    const sessions: Buffer[] = [];
    first.on("session", (session: Buffer) => sessions.push(session)).resume();
    await once(first, "close");
    const again = { session: sessions.at(-1) ?? Buffer.alloc(0) };
    const second = await enter(port, { ...credentials(folder), ...again });
    expect(second.isSessionReused()).toBe(false);
    const { ca } = credentials(folder);
    await expect(poll(port, { ca, servername: "web1", ...again })).rejects.toThrow();
  });

  test("who leaves before the end has not been handed anything", async () => {
    const folder = await filledFolder();
    const { port, server } = await serve(folder, { text: randomBytes(LARGE) });
    const leaving = await enter(port, credentials(folder));
    leaving.resume();
    await once(leaving, "data");
    leaving.destroy();
    await server.close(FOREVER);
    expect([polls, delivered]).toEqual([1, 0]);
  });

  test("who does not read is dropped after its time", async () => {
    const folder = await filledFolder();
    const options = { dropAfterSeconds: 0.5 };
    const { port, server } = await serve(folder, { text: randomBytes(LARGE), options });
    const idle = await enter(port, credentials(folder));
    await server.close(FOREVER);
    idle.resume();
    await vi.waitFor(() => expect(idle.destroyed).toBe(true), PATIENCE);
    expect(idle.bytesRead).toBeLessThan(LARGE);
    expect(delivered).toBe(0);
  });

  test("who sends megabytes is dropped", async () => {
    const folder = await filledFolder();
    const { port, server } = await serve(folder, { text: randomBytes(LARGE) });
    const flood = await enter(port, credentials(folder));
    const send = (): void => {
      while (!flood.destroyed && flood.write(Buffer.alloc(65_536)));
    };
    flood.on("drain", send);
    send();
    await server.close(FOREVER);
    expect(delivered).toBe(0);
  });
});

describe("nothing is told", () => {
  /** Says who is refused, and for which reason. */
  async function refused(folder: PkiFolder, client: ConnectionOptions, reason: string) {
    const { port } = await serve(folder);
    await expect(poll(port, { servername: "web1", ...client })).rejects.toThrow();
    await vi.waitFor(() => expect(warned).toEqual([`no TLS with 127.0.0.1: ${reason}`]), PATIENCE);
    expect([polls, delivered]).toEqual([0, 0]);
  }

  test("to a client without a certificate", async () => {
    const folder = await filledFolder();
    const { ca } = credentials(folder);
    await refused(folder, { ca }, "UNABLE_TO_GET_ISSUER_CERT");
  });

  test("to a poller of another authority", async () => {
    const folder = await filledFolder();
    const stranger = { ...credentials(await filledFolder()), ca: credentials(folder).ca };
    await refused(folder, stranger, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  });

  test("to an agent, which may only serve", async () => {
    const folder = await filledFolder();
    await refused(folder, credentials(folder, "web1"), "INVALID_PURPOSE");
  });

  test("to an agent of Checkmk's, whose name is a UUID", async () => {
    const folder = await filledFolder();
    const authority = { certificate: await folder.certificate("ca"), key: await folder.key("ca") };
    const key = await newKey();
    const cert = await sign(
      {
        role: "poller",
        names: [UUID],
        publicKey: createPublicKey(key),
        validity: { notBefore: later(-1), notAfter: later(1) },
      },
      { certificate: authority.certificate!, key: authority.key! },
    );
    const { ca } = credentials(folder);
    const reason = "its certificate is an agent's, not a poller's";
    await refused(folder, { ca, cert, key: keyPem(key) }, reason);
  });

  test("to a client that knows no newer TLS than 1.2", async () => {
    const folder = await filledFolder();
    const old = { ...credentials(folder), maxVersion: "TLSv1.2" } as const;
    await refused(folder, old, "ERR_SSL_UNSUPPORTED_PROTOCOL");
  });

  test("to who speaks another language, nor to who has gone again", async () => {
    const { port } = await serve(await filledFolder());
    expect(await speak(port, "GET / HTTP/1.1\r\n\r\n")).toMatch(/^16/);
    expect(await speak(port, "\0".repeat(100_000))).toMatch(/^16/);
    expect(warned[0]).toBe("no TLS with 127.0.0.1: ERR_SSL_HTTP_REQUEST");
    const scanner = connect(port, "127.0.0.1");
    await once(scanner, "connect");
    scanner.resetAndDestroy();
    await serve(await filledFolder());
    expect(polls).toBe(0);
  });

  test("before a handshake; whoever does not begin one takes a place, and loses it in time", async () => {
    const folder = await filledFolder();
    const options = { maxConnections: 1, dropAfterSeconds: 1 };
    const { port } = await serve(folder, { options });
    const silent = speak(port);
    await vi.waitFor(async () => expect(await speak(port)).toBe(""), PATIENCE);
    expect(await silent).toBe("16");
    await vi.waitFor(async () => {
      expect(await poll(port, { ...credentials(folder), servername: "web1" })).toContain(TEXT);
    }, PATIENCE);
  });
});

describe("of several certificates", () => {
  const shown = async (port: number, ca: string, servername?: string): Promise<string> => {
    const name = servername === undefined ? {} : { servername };
    const secure = await enter(port, { ca, checkServerIdentity: () => undefined, ...name });
    return String(secure.getPeerCertificate().subject.CN);
  };

  test("the client gets the one for the name that it asks for, else the first", async () => {
    const folder = await filledFolder();
    await issueAgent(folder, ["web2.example.org", "web2"], { now });
    const { port } = await serve(folder, { names: ["web1", "web2.example.org"] });
    const { ca } = credentials(folder);
    expect(await shown(port, ca, "web2.example.org")).toBe("web2.example.org");
    expect(await shown(port, ca, "WEB2")).toBe("web2.example.org");
    expect(await shown(port, ca, "web1")).toBe("web1");
    expect(await shown(port, ca, "else.where")).toBe("web1");
    const unnamed = await enter(port, {
      ...credentials(folder),
      servername: "",
      checkServerIdentity: () => undefined,
    });
    expect(unnamed.getPeerCertificate().subject.CN).toBe("web1");
  });
});

describe("files that change while the agent runs", () => {
  const serial = async (port: number, folder: PkiFolder): Promise<string> =>
    (await enter(port, credentials(folder))).getPeerCertificate().serialNumber;

  test("are taken as they are now, and as they were while they do not fit", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const later = (): void => void vi.advanceTimersByTime(11_000);
    const folder = await filledFolder();
    const { port, door } = await serve(folder);
    const former = await serial(port, folder);

    await renew(folder, "web1", { now, days: 10 });
    expect(await serial(port, folder)).toBe(former);
    later();
    const renewed = await serial(port, folder);
    expect(renewed).not.toBe(former);
    expect(door.accounts()).toMatchObject([{ certificate: "web1", error: undefined }]);

    copyFileSync(folder.keyPath("poller"), folder.keyPath("web1"));
    later();
    expect(await serial(port, folder)).toBe(renewed);
    const fault = /^the TLS files have changed and cannot be used: .*web1.*key values mismatch/;
    expect(warned).toEqual([expect.stringMatching(fault)]);
    expect(door.accounts()[0]?.error).toMatch(fault);

    await issueAgent(folder, ["web1"], { now, force: true });
    later();
    expect([former, renewed]).not.toContain(await serial(port, folder));
    expect(door.accounts()).toMatchObject([{ certificate: "web1", error: undefined }]);
  });

  test("a new authority decides who comes in from then on", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const [folder, other] = [await filledFolder(), await filledFolder()];
    const { port } = await serve(folder);
    const stranger = { ...credentials(other), ca: credentials(folder).ca, servername: "web1" };
    await expect(poll(port, stranger)).rejects.toThrow();
    const both = credentials(folder).ca + credentials(other).ca;
    writeFileSync(folder.certificatePath("ca"), both);
    vi.advanceTimersByTime(11_000);
    expect(await poll(port, stranger)).toContain(TEXT);
  });
});

test("files that do not go together are named, before anything listens", async () => {
  const folder = await filledFolder();
  const files = { ...filesOf(folder, "web1"), keys: [folder.keyPath("poller")] };
  expect(() => new TlsDoor(files, () => undefined)).toThrow(/web1\.pem and .*poller\.key: .*/);
  const absent = filesOf(folder, "web9");
  expect(() => new TlsDoor(absent, () => undefined)).toThrow(/ENOENT.*web9\.pem/);
});

test("when each certificate ends is told, also when it has", async () => {
  const folder = await newFolder();
  await initAuthority(folder, { now: later(-100) });
  await issueAgent(folder, ["web1"], { days: 10, now: later(-100) });
  const [account] = new TlsDoor(filesOf(folder, "web1"), () => undefined).accounts();
  expect(account?.certificate).toBe("web1");
  expect(account?.expires).toBeCloseTo(later(-90).getTime() / 1000, -1);
});

test("clients at two addresses of the host keep apart, though they come from the same port", async () => {
  const folder = await filledFolder();
  const { port, server } = await serve(folder);
  await server.listen({ address: "127.0.0.2", port });
  const client = credentials(folder);
  const from = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.1" });
  await once(from, "readable");
  const { localPort = 0 } = from;
  const to = connect({ port, host: "127.0.0.2", localAddress: "127.0.0.1", localPort });
  await once(to, "readable");
  const read = async (socket: Socket): Promise<number> => {
    socket.read(2);
    const secure = connectTls({ socket, servername: "web1", ...client });
    let bytes = 0;
    secure.on("data", (chunk: Buffer) => (bytes += chunk.length));
    await once(secure, "close");
    return bytes;
  };
  const [one, other] = await Promise.all([read(from), read(to)]);
  expect([one > 0, one]).toEqual([true, other]);
  await vi.waitFor(() => expect(delivered).toBe(2), PATIENCE);
});

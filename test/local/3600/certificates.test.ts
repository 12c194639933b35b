import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { PemConverter, X509CertificateGenerator } from "@peculiar/x509";
import { expect, onTestFinished, test } from "vitest";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { place, type Place } from "../../plugins/place.ts";
import { services } from "../services.ts";

const SCRIPT = "local/3600/certificates";
const DAY = 86_400_000;

interface Made {
  readonly pem: string;
  readonly der: Buffer;
  readonly key: string;
}

/** A certificate that is valid from so many days from now, to so many and a half. */
async function certificate(name: string, days: number, from = -100): Promise<Made> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    notBefore: new Date(Date.now() + from * DAY),
    notAfter: new Date(Date.now() + (days + 0.5) * DAY),
    signingAlgorithm: algorithm,
    keys,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    pem: made.toString("pem"),
    der: Buffer.from(made.rawData),
    key: PemConverter.encode(key, "PRIVATE KEY"),
  };
}

const configure = (at: Place, ...lines: readonly string[]): void =>
  writeFileSync(join(at.configDir, "certificates.cfg"), lines.map((line) => `${line}\n`).join(""));

async function run(at: Place) {
  const { stdout, stderr, code } = await at.run(SCRIPT);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return services(stdout);
}

async function port(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("files are judged by the days that are left: 30 and 7, or as told", async () => {
  const at = place();
  const expected: [number, string, number, RegExp][] = [
    [31, "", OK, /^host 31 expires in 31 days \(.* GMT\)$/],
    [29, "", WARN, /expires in 29 days/],
    [6, "", CRIT, /expires in 6 days/],
    [-3, "", CRIT, /^host -3 expired 2 days ago/],
    [20, " warn=14 crit=3", OK, /expires in 20 days/],
  ];
  for (const [days] of expected)
    writeFileSync(join(at.folder, `${days}.pem`), (await certificate(`host ${days}`, days)).pem);
  configure(at, "# ours", "", ...expected.map(([days, told]) => `${at.folder}/${days}.pem${told}`));
  const found = await run(at);
  expect(found.map(({ service, state, summary }) => ({ service, state, summary }))).toEqual(
    expected.map(([days, , state, summary]) => ({
      service: `Certificate ${at.folder}/${days}.pem`,
      state,
      summary: expect.stringMatching(summary) as string,
    })),
  );
  const [seconds] = found[0]?.perfdata ?? [];
  expect(seconds?.name).toBe("remaining_seconds");
  expect(seconds?.value).toBeGreaterThan(31.4 * 86_400);
  expect(seconds?.value).toBeLessThanOrEqual(31.5 * 86_400);
});

test("one that is not valid yet is critical", async () => {
  const at = place();
  writeFileSync(join(at.folder, "a.pem"), (await certificate("early", 400, 2)).pem);
  configure(at, `${at.folder}/a.pem`);
  expect(await run(at)).toMatchObject([
    { state: CRIT, summary: expect.stringContaining("is not valid before") as string },
  ]);
});

test("of a chain the first to expire counts, and DER is read as well", async () => {
  const at = place();
  const [leaf, middle] = [await certificate("leaf", 80), await certificate("middle", 20)];
  writeFileSync(join(at.folder, "chain.pem"), `${leaf.key}\n${leaf.pem}\ncomment\n${middle.pem}\n`);
  writeFileSync(join(at.folder, "leaf.der"), leaf.der);
  configure(at, `${at.folder}/chain.pem`, `${at.folder}/leaf.der`);
  expect(await run(at)).toMatchObject([
    { state: WARN, summary: expect.stringMatching(/^middle expires in 20/) as string },
    { state: OK, summary: expect.stringMatching(/^leaf expires in 80/) as string },
  ]);
});

test("a pattern stands for all files that it matches, one service each", async () => {
  const at = place();
  const { pem } = await certificate("host", 60);
  for (const name of ["a", "b", ".hidden"]) {
    mkdirSync(join(at.folder, "live", name), { recursive: true });
    writeFileSync(join(at.folder, "live", name, "cert.pem"), pem);
  }
  configure(at, `${at.folder}/live/*/cert.pem`, `${at.folder}/none/*.pem`);
  expect((await run(at)).map(({ service, state }) => [service, state])).toEqual([
    [`Certificate ${at.folder}/live/a/cert.pem`, OK],
    [`Certificate ${at.folder}/live/b/cert.pem`, OK],
    [`Certificate ${at.folder}/none/*.pem`, UNKNOWN],
  ]);
});

test("a server is asked for the name that is told, and need not be trusted", async () => {
  const at = place();
  const [usual, named] = [await certificate("usual", 40), await certificate("named", 5)];
  const server = createServer({ key: usual.key, cert: usual.pem }, (socket) => {
    socket.on("error", () => undefined);
  });
  server.addContext("www.example.org", { key: named.key, cert: named.pem });
  const number = await port(server);
  configure(at, `127.0.0.1:${number}`, `localhost:${number} servername=www.example.org`);
  expect(await run(at)).toMatchObject([
    {
      service: `Certificate 127.0.0.1:${number}`,
      state: OK,
      summary: expect.stringMatching(/^usual/) as string,
    },
    {
      service: `Certificate localhost:${number}`,
      state: CRIT,
      summary: expect.stringMatching(/^named/) as string,
    },
  ]);
});

test("a server that says nothing, speaks no TLS or is not there is unknown in ten seconds", async () => {
  const at = place();
  const silent = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
  });
  const garbage = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.end("220 welcome\r\n");
  });
  const closed = createTcpServer((socket) => void socket.destroy());
  const ports = [await port(silent), await port(garbage), await port(closed)];
  configure(at, ...ports.map((number) => `127.0.0.1:${number}`));
  const found = await run(at);
  expect(found.map(({ state }) => state)).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
  expect(found[0]?.summary).toBe("no certificate in 10 s");
});

test("what is wrong is one unknown line each", async () => {
  const at = place();
  writeFileSync(
    join(at.folder, "key.pem"),
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  );
  writeFileSync(
    join(at.folder, "torn.pem"),
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  );
  const wrong = [
    "/nowhere/a.pem",
    `${at.folder}/key.pem`,
    `${at.folder}/torn.pem`,
    at.folder,
    "/dev/zero",
  ];
  configure(at, ...wrong, "host-without-port", '127.0.0.1:1 speed="9');
  const found = await run(at);
  expect(found.map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => UNKNOWN));
  expect(found[1]?.summary).toBe("holds no certificate");
  expect(found[6]?.summary).toBe('unknown setting speed="9');
});

test("a subject can neither end the line nor begin details, nor can a file's name", async () => {
  const at = place();
  const { pem } = await certificate('x\n<<<df>>>\n0 "Other" - \\n details', 60);
  writeFileSync(join(at.folder, 'a\n<<<df>>>"\n.pem'), pem);
  configure(at, `${at.folder}/*.pem`);
  const { stdout } = await at.run(SCRIPT);
  expect(stdout.split("\n")).toHaveLength(2);
  expect(services(stdout)).toMatchObject([
    { state: OK, service: expect.stringMatching(/x0a<<<df>>>'/) as string },
  ]);
  expect(services(stdout)[0]?.details ?? "").not.toMatch(/^ ?details/);
});

test("without a configuration there is nothing to say", async () => {
  expect(await place().run(SCRIPT)).toMatchObject({ stdout: "", stderr: "", code: 0 });
});

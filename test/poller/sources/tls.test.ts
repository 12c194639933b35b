import { copyFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  exportController,
  initAuthority,
  issueAgent,
  issuePoller,
} from "../../../poller/pki/authority.ts";
import type { PkiFolder } from "../../../poller/pki/folder.ts";
import { tcp } from "../../../poller/sources/tcp.ts";
import type { Host } from "../../../poller/targets/host.ts";
import { deriveKey, newSalt, seal, type CryptId } from "../../../wire/crypt.ts";
import { temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { filledFolder, later, newFolder, now } from "../pki/folders.ts";
import { agent, answering, reportOf, unshaken } from "./agents.ts";
import {
  bomb,
  controller,
  filesOf,
  framed,
  HEAD_NONE,
  HEAD_ZLIB,
  pemOf,
  raw,
} from "./controller.ts";
import { failureOf, outcomeOf, reportFrom } from "./outcomes.ts";

const REPORT = reportOf(60_000);
const PATIENCE = 20_000;

afterEach(() => void vi.useRealTimers());

const over = (folder: PkiFolder, port: number, own: Partial<Host> = {}): Host =>
  hostOf(port, { tls: filesOf(folder), ...own });

async function sealed(id: CryptId, text: string): Promise<Buffer> {
  const salt = newSalt(id);
  return seal(id, await deriveKey(id, "s3cret", salt), salt, Buffer.from(text));
}

function secretFile(): { file: string } {
  const file = `${temporaryFolder()}/secret`;
  writeFileSync(file, "s3cret\n", { mode: 0o600 });
  return { file };
}

describe("a report over TLS", () => {
  test.each([true, false])("comes whole, compressed: %s", async (compress) => {
    const folder = await filledFolder();
    const { port, asked } = await controller(pemOf(folder, "web1"), framed(REPORT, compress));
    expect(await reportFrom(over(folder, port))).toBe(REPORT);
    expect(asked).toEqual(["web1"]);
  });

  test("comes from a registered controller under its UUID", async () => {
    const folder = await filledFolder();
    const { connection } = await exportController(folder, "web1", { version: "1.2.3", now });
    const { port, asked } = await controller(
      { ca: connection.root_cert, cert: connection.certificate, key: connection.private_key },
      framed(REPORT),
    );
    expect(await reportFrom(over(folder, port, { serverName: connection.uuid }))).toBe(REPORT);
    expect(asked).toEqual([connection.uuid]);
    const { reason, message } = await failureOf(over(folder, port));
    expect(reason).toBe("tls");
    expect(message).toBe(
      `web1 (127.0.0.1:${port}): its certificate is not for web1, but for DNS:${connection.uuid}`,
    );
  });

  test("is asked for by address where the host has no better name, without naming it", async () => {
    const folder = await filledFolder();
    const { port, asked } = await controller(pemOf(folder, "web1"), framed(REPORT));
    const warned = vi.spyOn(process, "emitWarning");
    expect(await reportFrom(over(folder, port, { name: `127.0.0.1:${port}` }))).toBe(REPORT);
    expect(asked).toEqual(["false"]);
    expect(warned).not.toHaveBeenCalled();
  });

  test.each(["05", "00"] as const)("is opened once more when encrypted within: %s", async (id) => {
    const folder = await filledFolder();
    const bytes = await sealed(id, REPORT);
    const { port } = await controller(pemOf(folder, "web1"), framed(bytes, id === "05"));
    expect(await reportFrom(over(folder, port, { secret: secretFile() }))).toBe(REPORT);
    expect((await failureOf(over(folder, port))).reason).toBe("secret");
  });

  test("tells how long shaking hands took, beside the rest of the time", async () => {
    const folder = await filledFolder();
    const { port } = await controller(pemOf(folder, "web1"), (secure) => {
      setTimeout(() => framed(REPORT)(secure), 300);
    });
    const began = performance.now();
    const phases = await tcp({ concurrency: 1, maxOpen: 1 })(
      over(folder, port),
      new AbortController().signal,
      (fetched) => fetched.phases,
    );
    const elapsed = (performance.now() - began) / 1000;
    expect(phases.tls).toBeGreaterThan(0);
    expect(phases.read).toBeGreaterThan(0.25);
    const sum = Object.values(phases).reduce<number>((all, one) => all + Number(one), 0);
    expect(sum).toBeGreaterThan(0.8 * elapsed);
    expect(sum).toBeLessThanOrEqual(elapsed);
  });

  test("may not be plain or encrypted text under the policy tls", async () => {
    const folder = await filledFolder();
    const plain = await agent(answering(REPORT));
    const error = await failureOf(over(folder, plain.port));
    expect(error.reason).toBe("policy");
    expect(error.message).toContain("in plain text, and has to be TLS");
    const secret = secretFile();
    const crypt = await agent((socket) => void sealed("04", REPORT).then((b) => socket.end(b)));
    const other = await failureOf(over(folder, crypt.port, { secret }));
    expect(other.reason).toBe("policy");
    expect(other.message).toContain("encrypted (04), without TLS");
  });

  test("comes in the clear where that is explicitly allowed", async () => {
    const folder = await filledFolder();
    const { port } = await agent(answering(REPORT));
    expect(await reportFrom(over(folder, port, { encryption: "any" }))).toBe(REPORT);
    expect(await outcomeOf(over(folder, port, { encryption: "encrypted" }))).toBe("policy");
  });

  test("is refused where no certificates are configured", async () => {
    const folder = await filledFolder();
    const { port } = await controller(pemOf(folder, "web1"), framed(REPORT));
    const { reason, message } = await failureOf(hostOf(port));
    expect([reason, message]).toEqual([
      "tls",
      `web1 (127.0.0.1:${port}): the answer is TLS (16), and no tls: { ca, cert, key } is configured`,
    ]);
  });
});

describe("an agent is not trusted", () => {
  const refusal = async (folder: PkiFolder, shown: PkiFolder, name = "web1"): Promise<string> => {
    const { port, asked } = await controller(
      { ...pemOf(shown, name), requestCert: false },
      framed(REPORT),
    );
    const { reason, message } = await failureOf(over(folder, port));
    expect(reason).toBe("tls");
    expect(asked).toEqual([]);
    return message.replace(/^.*?: /, "");
  };

  test("that another authority has certified", async () => {
    const [folder, other] = [await filledFolder(), await filledFolder()];
    expect(await refusal(folder, other)).toBe("its certificate is not signed by our ca");
  });

  test("that is another host", async () => {
    const folder = await filledFolder();
    await issueAgent(folder, ["web2", "10.0.0.2"], { now });
    expect(await refusal(folder, folder, "web2")).toBe(
      "its certificate is not for web1, but for DNS:web2, IP Address:10.0.0.2",
    );
  });

  test("that shows a poller's certificate", async () => {
    const folder = await filledFolder();
    expect(await refusal(folder, folder, "poller")).toBe("its certificate is not one of an agent");
  });

  test("whose certificate has expired", async () => {
    const folder = await newFolder();
    await initAuthority(folder, { now: later(-100) });
    await issueAgent(folder, ["web1"], { days: 10, now: later(-100) });
    await issuePoller(folder, { now });
    expect(await refusal(folder, folder)).toBe("its certificate has expired");
  });

  test("that knows no newer TLS than 1.2", async () => {
    const folder = await filledFolder();
    const { port } = await controller(
      { ...pemOf(folder, "web1"), maxVersion: "TLSv1.2" },
      framed(REPORT),
    );
    expect(await outcomeOf(over(folder, port))).toBe("tls");
  });
});

test("an agent that refuses our certificate is told so, and is not just reset", async () => {
  const folder = await filledFolder();
  const other = await filledFolder();
  const { port } = await controller(pemOf(folder, "web1"), framed(REPORT));
  const stranger = { ...filesOf(other), ca: filesOf(folder).ca };
  const { reason, message } = await failureOf(hostOf(port, { tls: stranger }));
  expect(reason).toBe("tls");
  expect(message).toMatch(/the agent (refuses|accept) our certificate/);
});

describe("what comes instead of a handshake", () => {
  test.each([
    ["nothing, and the connection ends", (end: () => void) => end(), "closed instead"],
    ["nothing, for ever", () => undefined, "hands not shaken within 0.3 s"],
  ])("%s", async (_, then, says) => {
    const folder = await filledFolder();
    const { port } = await agent((socket) => {
      socket.write("16");
      socket.resume();
      setTimeout(() => then(() => socket.end()), 50);
    });
    const { message } = await failureOf(over(folder, port, { timeoutSeconds: 0.3 }));
    expect(message).toMatch(says.startsWith("closed") ? /closed instead|broken off/ : says);
  });

  test.each([
    ["plain text behind the 16", "16<<<check_mk>>>\nVersion: 1.0\n", "speaks on before"],
    ["a record behind the 16", "16\x16\x03\x01", "speaks on before"],
  ])("%s", async (_, text, says) => {
    const folder = await filledFolder();
    const { port } = await agent(answering(text));
    const { reason, message } = await failureOf(over(folder, port));
    expect([reason, message]).toEqual(["tls", expect.stringContaining(says)]);
  });

  test.each([
    ["plain text", "<<<check_mk>>>\nVersion: 1.0\n"],
    ["another protocol", "HTTP/1.1 400\r\n\r\n"],
    ["garbage", "\0".repeat(9000)],
  ])("%s after ours", async (_, text) => {
    const folder = await filledFolder();
    const { port } = await agent((socket) => {
      socket.write("16");
      socket.once("data", () => socket.end(text));
    });
    const { reason, message } = await failureOf(over(folder, port));
    expect([reason, message]).toEqual(["tls", expect.stringMatching(/no TLS \(\w+\)$/)]);
  });

  test("a reset", async () => {
    const folder = await filledFolder();
    const { port } = await agent((socket) => {
      socket.write("16");
      socket.once("data", () => socket.resetAndDestroy());
    });
    const { reason, message } = await failureOf(over(folder, port));
    expect([reason, message]).toEqual(["tls", expect.stringContaining("broken off")]);
  });
});

describe("what comes within TLS is as hostile as anything", () => {
  test.each([
    ["a bomb", bomb(64), "too_large", "longer than 1048576 bytes once inflated"],
    ["too much", Buffer.concat([HEAD_NONE, Buffer.alloc(2 << 20, "<")]), "too_large", "more than"],
    ["TLS once more", Buffer.concat([HEAD_NONE, Buffer.from("16")]), "protocol", "TLS within TLS"],
    ["no report", Buffer.concat([HEAD_NONE, Buffer.from("SSH-2.0")]), "protocol", '"SSH-2.0"'],
    ["no frame", Buffer.from("<<<a>>>\n"), "protocol", "unknown version"],
    ["another compression", Buffer.of(0, 0, 7, 60, 60), "protocol", "unknown compression 7"],
    ["a damaged body", Buffer.concat([HEAD_ZLIB, Buffer.from("xx")]), "protocol", "damaged"],
    ["half a body", bomb(1).subarray(0, 300), "truncated", "cut off"],
    ["half a head", Buffer.of(0), "truncated", "cut off"],
    ["an empty report", HEAD_NONE, "empty", "within TLS is empty"],
    ["nothing", Buffer.alloc(0), "tls", "does the agent accept our certificate?"],
  ])("%s", async (_, bytes, reason, says) => {
    const folder = await filledFolder();
    const { port } = await controller(pemOf(folder, "web1"), raw(bytes));
    const error = await failureOf(over(folder, port));
    expect([error.reason, error.message]).toEqual([reason, expect.stringContaining(says)]);
  });

  test("a flood", async () => {
    const folder = await filledFolder();
    const { port } = await controller(pemOf(folder, "web1"), (secure: TLSSocket) => {
      const more = (): void => {
        while (!secure.destroyed && secure.write("<".repeat(60_000)));
      };
      secure.on("drain", more);
      more();
    });
    expect(await outcomeOf(over(folder, port))).toBe("too_large");
  });

  test("a trickle ends at the deadline", async () => {
    const folder = await filledFolder();
    const { port } = await controller(pemOf(folder, "web1"), (secure) => {
      const timer = setInterval(() => secure.write("\0"), 20);
      secure.on("close", () => clearInterval(timer));
    });
    const { reason, message } = await failureOf(over(folder, port, { timeoutSeconds: 0.5 }));
    expect([reason, message]).toEqual(["timeout", expect.stringContaining("still sending after")]);
  });

  test("a reset half-way, or right behind the last bytes, is no end", async () => {
    const folder = await filledFolder();
    const bytes = Buffer.concat([HEAD_NONE, Buffer.from(REPORT)]);
    const { port } = await controller(pemOf(folder, "web1"), (secure, plain) => {
      secure.write(bytes, () => setTimeout(() => plain.resetAndDestroy(), 50));
    });
    expect(await outcomeOf(over(folder, port))).toBe("reset");
    const abrupt = await controller(pemOf(folder, "web1"), (secure, plain) => {
      secure.write(bytes, () => plain.resetAndDestroy());
    });
    const source = tcp({ concurrency: 1, maxOpen: 100 });
    const ends = Array.from({ length: 20 }, () => outcomeOf(over(folder, abrupt.port), source));
    expect(["reset", "tls"]).toEqual(expect.arrayContaining([...new Set(await Promise.all(ends))]));
  });
});

test("100 hosts that never shake hands do not delay 50 that do", async () => {
  const folder = await filledFolder();
  const silent = await agent(unshaken);
  const { port } = await controller(pemOf(folder, "web1"), framed(REPORT));
  const source = tcp({ concurrency: 2, maxOpen: 4096 });
  const tls = filesOf(folder);
  let ended = 0;
  const hung = Array.from({ length: 100 }, () =>
    outcomeOf(hostOf(silent.port, { tls, timeoutSeconds: 8 }), source).finally(() => ended++),
  );
  await vi.waitFor(() => expect(silent.open()).toBe(100), PATIENCE);
  const healthy = await Promise.all(
    Array.from({ length: 50 }, () => reportFrom(hostOf(port, { tls }), source)),
  );
  expect(ended).toBe(0);
  expect(new Set(healthy)).toEqual(new Set([REPORT]));
  expect(new Set(await Promise.all(hung))).toEqual(new Set(["timeout"]));
});

test("an aborted handshake ends at once and closes its socket", async () => {
  const folder = await filledFolder();
  const silent = await agent(unshaken);
  const stop = new AbortController();
  const fetch = tcp({ concurrency: 1, maxOpen: 1 })(
    over(folder, silent.port),
    stop.signal,
    () => undefined,
  );
  const ended = expect(fetch).rejects.toThrow("stopped");
  await vi.waitFor(() => expect(silent.open()).toBe(1), PATIENCE);
  await sleep(50);
  stop.abort();
  await ended;
  await vi.waitFor(() => expect(silent.open()).toBe(0), PATIENCE);
});

describe("the poller's files", () => {
  test("that are not there, or do not fit, are named", async () => {
    const folder = await filledFolder();
    const { port } = await controller(pemOf(folder, "web1"), framed(REPORT));
    const files = filesOf(folder);
    const told = async (tls: typeof files): Promise<string> => {
      const { reason, message } = await failureOf(hostOf(port, { tls }));
      expect(reason).toBe("tls");
      return message.replace(/^.*?: /, "");
    };
    expect(await told({ ...files, ca: "/no/ca.pem" })).toBe("/no/ca.pem: no such file");
    expect(await told({ ...files, ca: files.key })).toMatch(/^\/.*poller\.key: /);
    expect(await told({ ...files, key: filesOf(folder, "web1").key })).toMatch(
      /poller\.pem and .*web1\.key: /,
    );
  });

  test("are taken as they are now, and as they were while they do not fit", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const later = (): void => void vi.advanceTimersByTime(11_000);
    const folder = await filledFolder();
    const serials: string[] = [];
    const { port } = await controller(pemOf(folder, "web1"), (secure) => {
      serials.push(secure.getPeerCertificate().serialNumber);
      framed(REPORT)(secure);
    });
    const source = tcp({ concurrency: 1, maxOpen: 1 });
    const host = over(folder, port);
    const fetch = async (): Promise<void> => expect(await reportFrom(host, source)).toBe(REPORT);
    await fetch();
    await issuePoller(folder, { now, force: true });
    await fetch();
    expect(new Set(serials).size).toBe(1);
    later();
    await fetch();
    expect(new Set(serials).size).toBe(2);
    copyFileSync(folder.keyPath("web1"), folder.keyPath("poller"));
    later();
    await fetch();
    expect(new Set(serials).size).toBe(2);
  });
});

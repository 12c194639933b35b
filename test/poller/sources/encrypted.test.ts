import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { KeyRing } from "../../../poller/sources/key_ring.ts";
import { tcp } from "../../../poller/sources/tcp.ts";
import type { Host } from "../../../poller/targets/host.ts";
import { CRYPT_IDS, deriveKey, newSalt, seal, type CryptId } from "../../../wire/crypt.ts";
import { shared, testWith } from "../../peers.ts";
import { temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { agent, answering, flooding, reportOf } from "./agents.ts";
import { failureOf, outcomeOf, reportFrom } from "./outcomes.ts";

const REPORT = reportOf(60_000);

afterEach(() => void vi.useRealTimers());

async function sealed(id: CryptId, text: string, passphrase = "s3cret"): Promise<Buffer> {
  const salt = newSalt(id);
  return seal(id, await deriveKey(id, passphrase, salt), salt, Buffer.from(text));
}

const saying = (bytes: Buffer) => agent((socket) => void socket.end(bytes));

function secretFile(text = "s3cret\n"): { file: string } {
  const file = join(temporaryFolder(), "secret");
  writeFileSync(file, text, { mode: 0o600 });
  return { file };
}

const knowing = (port: number, own: Partial<Host> = {}): Host =>
  hostOf(port, { secret: secretFile(), ...own });

describe.each(CRYPT_IDS)("a report encrypted with %s", (id) => {
  testWith(shared)("by the real agent is read", async () => {
    const dump = join(shared.path, "corpus", "dumps", "linux-2.4.0p21-debian12-container");
    const { port } = await saying(readFileSync(`${dump}.encrypted-${id}.bin`));
    const plain = readFileSync(`${dump}.txt`, "latin1");
    expect((await reportFrom(knowing(port))) === plain).toBe(true);
  });

  test("with another secret is not", async () => {
    const { port } = await saying(await sealed(id, REPORT, "other"));
    const { reason, message } = await failureOf(knowing(port));
    expect(reason).toBe("secret");
    expect(message).toMatch(/^web1 \(127\.0\.0\.1:\d+\): wrong secret, or /);
    expect(message).not.toContain("s3cret");
  });

  test("that was cut off is not", async () => {
    const bytes = await sealed(id, REPORT);
    for (const length of [2, 3, 9, 20, 50, bytes.length - 7]) {
      const { port } = await saying(bytes.subarray(0, length));
      expect(await outcomeOf(knowing(port)), String(length)).toMatch(/^(secret|protocol)$/);
    }
  });

  test("needs a secret", async () => {
    const { port } = await saying(await sealed(id, REPORT));
    const { reason, message } = await failureOf(hostOf(port));
    expect(reason).toBe("secret");
    expect(message).toContain(`the answer is encrypted (${id}), and no secret_file`);
  });
});

describe.each(["04", "05"] as const)("a report authenticated with %s", (id) => {
  test("is refused when one bit was changed", async () => {
    const bytes = await sealed(id, REPORT);
    for (const at of [10, 30, 42, 5000, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const { port } = await saying(changed);
      expect(await outcomeOf(knowing(port)), String(at)).toBe("secret");
    }
  });

  test("is refused when it is none", async () => {
    const { port } = await saying(await sealed(id, "SSH-2.0-OpenSSH"));
    const { reason, message } = await failureOf(knowing(port));
    expect([reason, message]).toEqual(["protocol", expect.stringContaining('"SSH-2.0-OpenSSH"')]);
  });
});

test("garbage that happens to be padded well is no report", async () => {
  const { port } = await saying(await sealed("00", "garbage"));
  expect(await outcomeOf(knowing(port))).toBe("secret");
});

test("an encrypted flood ends at the byte limit", async () => {
  const { port } = await agent(flooding("05".repeat(30_000)));
  expect(await outcomeOf(knowing(port))).toBe("too_large");
});

describe("plain text", () => {
  test("is refused where a secret is configured, unless anything is allowed", async () => {
    const { port } = await agent(answering(REPORT));
    const { reason, message } = await failureOf(knowing(port));
    expect([reason, message]).toEqual([
      "policy",
      `web1 (127.0.0.1:${port}): the answer is in plain text, and has to be encrypted`,
    ]);
    expect((await reportFrom(knowing(port, { encryption: "any" }))) === REPORT).toBe(true);
  });
});

describe("the secret", () => {
  const told = async (secret: Host["secret"]): Promise<string> => {
    const { port } = await saying(await sealed("04", REPORT));
    const { reason, message } = await failureOf(hostOf(port, { secret }));
    expect(reason).toBe("secret");
    return message.replace(/^.*?: /, "");
  };

  test("may be in the environment", async () => {
    vi.stubEnv("ROUNDSMAN_TEST_SECRET", "s3cret");
    const { port } = await saying(await sealed("04", REPORT));
    const secret = { env: "ROUNDSMAN_TEST_SECRET" };
    expect((await reportFrom(hostOf(port, { secret }))) === REPORT).toBe(true);
    vi.unstubAllEnvs();
    expect(await told(secret)).toBe("the environment has no ROUNDSMAN_TEST_SECRET");
  });

  test("that cannot be read is named by its place", async () => {
    expect(await told({ file: "/no/secret" })).toBe("/no/secret: no such file");
    expect(await told({ file: "/dev/zero" })).toBe("/dev/zero: not a file");
    const { file } = secretFile("\n");
    expect(await told({ file })).toBe(`${file}: it holds no passphrase`);
    chmodSync(file, 0o644);
    expect(await told({ file })).toBe(`${file}: everybody may read it: run chmod 600 ${file}`);
    const long = secretFile("x".repeat(5000));
    expect(await told({ file: long.file })).toBe(`${long.file}: more than 4096 bytes`);
  });

  test("is read again when its file has changed", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const secret = secretFile("former\n");
    const { port } = await saying(await sealed("04", REPORT));
    const source = tcp({ concurrency: 1, maxOpen: 1 });
    const host = hostOf(port, { secret });
    expect(await outcomeOf(host, source)).toBe("secret");
    writeFileSync(`${secret.file}.new`, "s3cret\r\n", { mode: 0o600 });
    renameSync(`${secret.file}.new`, secret.file);
    vi.advanceTimersByTime(2000);
    expect((await outcomeOf(host, source)) === REPORT).toBe(true);
    rmSync(secret.file);
    vi.advanceTimersByTime(2000);
    expect(await outcomeOf(host, source)).toBe("secret");
  });
});

describe("keys", () => {
  test("are kept by host and salt, so that the next poll costs none", async () => {
    const { port } = await saying(await sealed("05", REPORT));
    const host = knowing(port);
    const source = tcp({ concurrency: 1, maxOpen: 1 });
    const spent = async (): Promise<number> => {
      const before = process.cpuUsage();
      expect((await reportFrom(host, source)) === REPORT).toBe(true);
      const { user } = process.cpuUsage(before);
      return user / 1e6;
    };
    const first = await spent();
    const again = await Promise.all([spent(), spent(), spent()]);
    expect(Math.min(...again)).toBeLessThan(first / 3);
  });

  test("are derived off the event loop, two at a time, in order", async () => {
    const ring = new KeyRing();
    const begun: number[] = [];
    let [turns, most, done] = [0, 0, 0];
    const counting = setInterval(() => turns++, 1);
    await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const lock = { id: "05", passphrase: "s3cret", salt: Buffer.alloc(8, i) } as const;
        await ring.derive(`web${i}`, lock, () => {
          begun.push(i);
          most = Math.max(most, begun.length - done);
        });
        done++;
        expect(ring.known(`web${i}`, lock)).toEqual(await deriveKey("05", "s3cret", lock.salt));
      }),
    );
    clearInterval(counting);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBeLessThanOrEqual(3);
    expect(turns).toBeGreaterThan(20);
  });

  test("are of one host, one salt and one passphrase", async () => {
    const ring = new KeyRing();
    const lock = { id: "04", passphrase: "s3cret", salt: Buffer.alloc(8, 1) } as const;
    const key = await ring.derive("web1", lock, () => undefined);
    expect(ring.known("web1", lock)).toBe(key);
    expect(ring.known("web2", lock)).toBeUndefined();
    expect(ring.known("web1", { ...lock, salt: Buffer.alloc(8, 2) })).toBeUndefined();
    expect(ring.known("web1", { ...lock, passphrase: "other" })).toBeUndefined();
    expect(ring.known("web1", { ...lock, id: "05" })).toBeUndefined();
  });

  test("are asked for twice and derived once", async () => {
    const ring = new KeyRing();
    const lock = { id: "05", passphrase: "s3cret", salt: Buffer.alloc(8, 1) } as const;
    const both = [0, 1].map(() => ring.derive("web1", lock, () => undefined));
    const [one, other] = await Promise.all(both);
    expect(one).toBe(other);
  });

  test("that are waited for hold up nobody whose report is plain", async () => {
    const crypt = await agent((socket) => void sealed("03", REPORT).then((b) => socket.end(b)));
    const slow = await Promise.all(
      Array.from({ length: 12 }, async () => saying(await sealed("05", REPORT))),
    );
    const plain = await agent(answering(REPORT));
    const source = tcp({ concurrency: 1, maxOpen: 100 });
    let ended = 0;
    const waiting = [...slow, crypt].map(({ port }, i) =>
      reportFrom(knowing(port, { name: `crypt${i}` }), source).finally(() => ended++),
    );
    await vi.waitFor(() => expect(ended).toBeGreaterThan(0), 20_000);
    const healthy = Array.from({ length: 5 }, () => reportFrom(hostOf(plain.port), source));
    for (const report of await Promise.all(healthy)) expect(report === REPORT).toBe(true);
    expect(ended).toBeLessThan(waiting.length);
    for (const report of await Promise.all(waiting)) expect(report === REPORT).toBe(true);
  });
});

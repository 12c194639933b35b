import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { ask } from "../../agent/ask.ts";
import { system } from "../../agent/system.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roundsman-ask-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A service that does this with whoever connects; the path of its socket. */
async function service(serve: (client: Socket) => void): Promise<string> {
  const path = join(folder, "socket");
  const clients = new Set<Socket>();
  const server: Server = createServer((client) => {
    clients.add(client.on("error", () => undefined));
    serve(client);
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  return path;
}

test("a service answers what it is asked, in as many pieces as it likes", async () => {
  const path = await service((client) => {
    client.once("data", (question) => {
      client.write("you asked: ");
      setTimeout(() => client.end(question), 20);
    });
  });
  expect(await ask(path, "show stat\n", 10)).toBe("you asked: show stat\n");
});

test("bytes come as they are, and an answer may be empty", async () => {
  const path = await service((client) => client.end(Buffer.from([0xff, 0x00, 0xc3, 0xa9])));
  expect(await ask(path, "?", 10)).toBe("\xff\x00\xc3\xa9");
  rmSync(path);
  expect(await ask(await service((client) => client.end()), "?", 10)).toBe("");
});

test("where there is no socket there is no answer", async () => {
  expect(await ask(join(folder, "none"), "?", 10)).toBeUndefined();
  writeFileSync(join(folder, "file"), "");
  expect(await ask(join(folder, "file/none"), "?", 10)).toBeUndefined();
});

test("a socket whose service is gone is a failure", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(ask(join(folder, "file"), "?", 10)).rejects.toThrow(/ECONNREFUSED/);
});

test("a service that does not answer, or does not end, is left at the deadline", async () => {
  let left = 0;
  const path = await service((client) => {
    client.on("close", () => left++).resume();
    client.write("for ever");
  });
  await expect(ask(path, "?", 0.1)).rejects.toThrow(`${path} took longer than 0.1 s`);
  await expect.poll(() => left).toBe(1);
});

test("a service that never stops talking is not listened to", async () => {
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const path = await service((client) => {
    const more = (): unknown => client.destroyed || client.write(chunk, more);
    more();
  });
  await expect(ask(path, "?", 60)).rejects.toThrow(/said more than 8388608 bytes/);
});

test("a system asks below its root", async () => {
  await service((client) => client.end("here"));
  const host = system({ root: folder });
  onTestFinished(() => host.close());
  expect(await host.ask("/socket", "?")).toBe("here");
  expect(await host.ask("/none", "?")).toBeUndefined();
});

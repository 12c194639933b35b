import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AllowList } from "../../agent/allow.ts";
import type { Place } from "../../agent/place.ts";
import type { Report } from "../../agent/report.ts";
import { ReportServer, type ServerOptions } from "../../agent/server.ts";

const PATIENCE = 20_000;
/** More than the kernel holds for a client that does not read. */
const LARGE = 32 * 1024 * 1024;

let server: ReportServer;
let port: number;
let clients: Socket[] = [];
let warned: string[];
let polls: number;
afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await server.close(0);
});

const reportOf = (text: string, delivered = (): void => undefined): Report => ({
  bytes: Buffer.from(text, "latin1"),
  at: 0,
  delivered,
});

const portOf = (place: Place): number => ("port" in place ? place.port : 0);

async function serve(report: Report | undefined, options: Partial<ServerOptions> = {}) {
  warned = [];
  polls = 0;
  const polled = (): number => polls++;
  const warn = (line: string): number => warned.push(line);
  server = new ReportServer({
    maxConnections: 128,
    maxPerAddress: 16,
    polled,
    warn,
    ...options,
  });
  const place = await server.listen({ address: "127.0.0.1", port: 0 });
  port = portOf(place);
  if (report) await server.offer(report);
}

function client(localAddress = "127.0.0.1"): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => undefined);
  clients.push(socket);
  return socket;
}

async function bytesOf(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.resume();
  await once(socket, "close");
  return Buffer.concat(chunks);
}

const fetchText = async (from?: string): Promise<string> =>
  (await bytesOf(client(from))).toString("latin1");

describe("whoever connects", () => {
  test("gets the report and the end", async () => {
    await serve(reportOf("<<<a>>>\nGr\xf6\xdfe\n"));
    expect(await fetchText()).toBe("<<<a>>>\nGr\xf6\xdfe\n");
  });

  test("before there is a report waits for it", async () => {
    await serve(undefined);
    const early = fetchText();
    await vi.waitFor(() => expect(polls).toBe(1), PATIENCE);
    await server.offer(reportOf("the first"));
    expect(await early).toBe("the first");
  });

  test("in the middle of a slow read keeps the report it began with", async () => {
    await serve(reportOf("a".repeat(LARGE)));
    const slow = client();
    slow.pause();
    await once(slow, "readable");
    await server.offer(reportOf("b".repeat(LARGE)));
    expect((await bytesOf(client()))[0]).toBe("b".charCodeAt(0));
    const bytes = await bytesOf(slow);
    expect(bytes.length).toBe(LARGE);
    expect(bytes.every((byte) => byte === "a".charCodeAt(0))).toBe(true);
  });

  test("and closes its side before reading gets it all the same", async () => {
    await serve(reportOf("all of it\n"));
    const half = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    clients.push(half);
    half.end();
    expect((await bytesOf(half)).toString()).toBe("all of it\n");
  });

  test("and talks is not listened to, and loses nothing by it", async () => {
    await serve(reportOf("x".repeat(1_000_000)));
    const talking = client();
    talking.write("GET / HTTP/1.1\r\n\r\n");
    expect((await bytesOf(talking)).length).toBe(1_000_000);
  });
});

describe("a client is dropped", () => {
  test("that sends megabytes", async () => {
    await serve(reportOf("x".repeat(LARGE)));
    const flood = client();
    flood.pause();
    const send = (): void => {
      while (!flood.destroyed && flood.write(Buffer.alloc(65_536)));
    };
    flood.on("drain", send);
    send();
    await vi.waitFor(() => expect(flood.destroyed).toBe(true), PATIENCE);
    expect(flood.bytesRead).toBeLessThan(LARGE);
  });

  test("that does not read, after its time", async () => {
    await serve(reportOf("x".repeat(LARGE)), { dropAfterSeconds: 0.5 });
    const idle = client();
    idle.pause();
    await vi.waitFor(() => expect(polls).toBe(1), PATIENCE);
    await server.close(PATIENCE / 1000);
    expect((await bytesOf(idle)).length).toBeLessThan(LARGE);
  });

  test("that reads but never closes its side", async () => {
    await serve(reportOf("all of it\n"), { dropAfterSeconds: 0.5, maxConnections: 1 });
    const keeping = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    clients.push(keeping);
    keeping.resume();
    await once(keeping, "end");
    await vi.waitFor(async () => expect(await fetchText()).toBe("all of it\n"), PATIENCE);
  });
});

describe("too many", () => {
  /** Opens clients that do not read; gives how many of them were let in and how many closed. */
  async function crowd(addresses: readonly string[]) {
    const counts = { open: 0, closed: 0 };
    for (const socket of addresses.map((address) => client(address))) {
      let open = false;
      socket.once("readable", () => {
        open = socket.readableLength > 0;
        if (open) counts.open++;
        else socket.destroy();
      });
      socket.once("close", () => open || counts.closed++);
    }
    await vi.waitFor(() => expect(counts.open + counts.closed).toBe(addresses.length), PATIENCE);
    return counts;
  }

  test("from one address are closed at once, and others are served meanwhile", async () => {
    await serve(reportOf("x".repeat(LARGE)), { maxPerAddress: 16 });
    expect(await crowd(Array<string>(40).fill("127.0.0.1"))).toEqual({ open: 16, closed: 24 });
    const other = client("127.0.0.2");
    expect((await bytesOf(other)).length).toBe(LARGE);
  });

  test("in all are closed at once, and when those are gone others are served", async () => {
    await serve(reportOf("x".repeat(LARGE)), { maxConnections: 20 });
    const addresses = Array.from({ length: 200 }, (_, i) => `127.0.1.${(i % 50) + 1}`);
    const { open, closed } = await crowd(addresses);
    expect({ open, closed }).toEqual({ open: 20, closed: 180 });
    for (const socket of clients) socket.destroy();
    await vi.waitFor(async () => expect((await bytesOf(client())).length).toBe(LARGE), PATIENCE);
  });
});

describe("an address that is not allowed", () => {
  test("gets nothing, and one line names it, not one per try", async () => {
    await serve(reportOf("secret"), { allow: new AllowList(["127.0.0.1"]) });
    expect(await Promise.all([fetchText("127.0.0.2"), fetchText("127.0.0.2")])).toEqual(["", ""]);
    expect(await fetchText("127.0.0.3")).toBe("");
    expect(await fetchText("127.0.0.1")).toBe("secret");
    expect(warned).toEqual([
      "refused 127.0.0.2: not in --only-from",
      "refused 127.0.0.3: not in --only-from",
    ]);
  });

  test("takes no place of those who are, and wakes nobody", async () => {
    await serve(reportOf("x"), {
      allow: new AllowList(["127.0.0.1"]),
      maxConnections: 1,
    });
    await Promise.all(Array.from({ length: 20 }, () => fetchText("127.0.0.2")));
    expect(await fetchText()).toBe("x");
    expect(polls).toBe(1);
  });
});

describe("a report is delivered", () => {
  test("once the client has read it and closed", async () => {
    let delivered = 0;
    await serve(reportOf("x".repeat(100_000), () => delivered++));
    await fetchText();
    await vi.waitFor(() => expect(delivered).toBe(1), PATIENCE);
  });

  test("not when the client goes away before the end", async () => {
    let delivered = 0;
    await serve(reportOf("x".repeat(LARGE), () => delivered++));
    const leaving = client();
    await once(leaving, "data");
    leaving.resetAndDestroy();
    await server.close(PATIENCE / 1000);
    expect(delivered).toBe(0);
  });

  test("not when it was dropped", async () => {
    let delivered = 0;
    await serve(
      reportOf("x".repeat(LARGE), () => delivered++),
      { dropAfterSeconds: 0.1 },
    );
    const idle = client();
    idle.pause();
    await vi.waitFor(() => expect(polls).toBe(1), PATIENCE);
    await server.close(PATIENCE / 1000);
    expect(delivered).toBe(0);
  });
});

test("closing lets a client that is reading come to the end", async () => {
  await serve(reportOf("x".repeat(LARGE)));
  const reading = client();
  await once(reading, "readable");
  const closed = server.close(PATIENCE / 1000);
  expect((await bytesOf(reading)).length).toBe(LARGE);
  await closed;
});

test("a port that is taken is an error, not a crash", async () => {
  await serve(reportOf("x"));
  await expect(server.listen({ address: "127.0.0.1", port })).rejects.toThrow("EADDRINUSE");
});

test("several addresses share the limits", async () => {
  await serve(reportOf("x".repeat(LARGE)), { maxConnections: 1 });
  const second = await server.listen({ address: "127.0.0.2", port: 0 });
  const first = client();
  await once(first, "readable");
  const other = connect({ port: portOf(second), host: "127.0.0.2" }).on("error", () => undefined);
  clients.push(other);
  expect((await bytesOf(other)).length).toBe(0);
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { FetchError } from "../../../poller/sources/source.ts";
import { tcp } from "../../../poller/sources/tcp.ts";
import type { Host } from "../../../poller/targets/host.ts";
import { hostOf } from "../hosts.ts";
import { agent, answering, flooding, hanging, reportOf, trickling } from "./agents.ts";

const limits = { concurrency: 4, maxOpen: 100 };

const unstopped = (): AbortSignal => new AbortController().signal;

/** The text of a report, or the reason why there is none. */
async function outcome(host: Host, source = tcp(limits)): Promise<string> {
  try {
    return await source(host, unstopped(), ({ bytes }) => bytes.toString("latin1"));
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return error.reason;
  }
}

const failure = (host: Host): Promise<FetchError> =>
  tcp(limits)(host, unstopped(), () => Promise.reject(new Error("there was a report"))).catch(
    (error: unknown) => error as FetchError,
  );

test.each([0, 100, 60_000, 200_000])("a report of %d bytes and a header comes whole", async (n) => {
  const report = reportOf(n);
  const { port } = await agent(answering(report));
  expect(await outcome(hostOf(port))).toBe(report);
});

test("a report in many small pieces comes whole", async () => {
  const { port } = await agent((socket) => {
    void (async () => {
      for (const piece of ["<", "<<a", ">>>\n", "1\n", "x".repeat(5000), "\n"]) {
        socket.write(piece);
        await sleep(10);
      }
      socket.end("end\n");
    })();
  });
  expect(await outcome(hostOf(port))).toBe(`<<<a>>>\n1\n${"x".repeat(5000)}\nend\n`);
});

test("a report that is cut off is handed over as it came", async () => {
  const half = reportOf(60_000).slice(0, 30_001);
  const { port } = await agent(answering(half));
  expect(await outcome(hostOf(port))).toBe(half);
});

test("a host name is tried on all of its addresses", async () => {
  const { port } = await agent(answering(reportOf(10)));
  expect(await outcome(hostOf(port, { address: "localhost" }))).toBe(reportOf(10));
});

test("a port without a listener is refused, in words that name the host", async () => {
  const error = await failure(hostOf(1));
  expect(error.reason).toBe("refused");
  expect(error.message).toBe("web1 (127.0.0.1:1): connection refused");
});

test("a host that has no address is not looked for on this machine", async () => {
  const local = await agent(answering(reportOf(10)));
  const error = await failure(
    hostOf(local.port, { address: "", program: ["ssh", "web1", "agent"] }),
  );
  expect(error.message).toBe("web1 (ssh web1 agent): has no address");
  expect(local.accepted()).toBe(0);
});

test("an agent that closes without a word is empty", async () => {
  const { port } = await agent((socket) => socket.end());
  expect(await outcome(hostOf(port))).toBe("empty");
});

test("a connection that is reset half-way is a reset", async () => {
  const { port } = await agent((socket) => {
    socket.write(reportOf(50_000), () => setTimeout(() => socket.resetAndDestroy(), 50));
  });
  expect(await outcome(hostOf(port))).toBe("reset");
});

test("a reset right behind the last bytes is no end", async () => {
  const { port } = await agent((socket) => {
    socket.write(reportOf(30_000));
    socket.resetAndDestroy();
  });
  const source = tcp({ concurrency: 1, maxOpen: 100 });
  const ends = Array.from({ length: 30 }, () => outcome(hostOf(port), source));
  expect(new Set(await Promise.all(ends))).toEqual(new Set(["reset"]));
});

test.each([
  ["SSH-2.0-OpenSSH_9.2p1\r\n", 'begins with "SSH-2.0-OpenSSH_9.2p1'],
  ["\nreport\n<<<check_mk>>>\n", "not an agent's report"],
  ["<", "not an agent's report"],
])("%j is of another protocol", async (text, message) => {
  const { port } = await agent(answering(text));
  const error = await failure(hostOf(port));
  expect(error.reason).toBe("protocol");
  expect(error.message).toContain(message);
});

test("a flood of garbage ends at its first bytes", async () => {
  const { port } = await agent(flooding("\x00\xff".repeat(30_000)));
  expect(await outcome(hostOf(port))).toBe("protocol");
});

test("a report without end is cut at the byte limit", async () => {
  const { port } = await agent(flooding(reportOf(60_000)));
  expect(await outcome(hostOf(port))).toBe("too_large");
});

test.each([
  ["hangs", hanging, "connected, but silent for 0.3 s"],
  ["trickles", trickling("<<<a>>>\n"), "still sending after 0.3 s"],
  ["trickles after a start", trickling(reportOf(30_000)), "still sending after 0.3 s"],
])("an agent that %s ends at the deadline", async (_, behave, message) => {
  const { port } = await agent(behave);
  const error = await failure(hostOf(port, { timeoutSeconds: 0.3 }));
  expect(error.reason).toBe("timeout");
  expect(error.message).toContain(message);
});

test("a deadline counts from connect, however often something comes", async () => {
  const { port } = await agent(trickling("<<<a>>>\n"));
  const { phases } = await failure(hostOf(port, { timeoutSeconds: 0.3 }));
  expect((phases?.connect ?? 0) + (phases?.firstByte ?? 0) + (phases?.read ?? 0)).toBeCloseTo(
    0.3,
    0,
  );
});

test("what a report is used for rejects the fetch when it fails, and frees its slot", async () => {
  const { port } = await agent(answering(reportOf(10)));
  const source = tcp({ concurrency: 1, maxOpen: 1 });
  const broken = source(hostOf(port), unstopped(), () => Promise.reject(new Error("no use")));
  await expect(broken).rejects.toThrow("no use");
  expect(await outcome(hostOf(port), source)).toBe(reportOf(10));
});

test("no more reports are used at once than there are slots", async () => {
  const { port } = await agent(answering(reportOf(60_000)));
  const source = tcp({ concurrency: 3, maxOpen: 100 });
  let now = 0;
  let most = 0;
  const use = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await sleep(5);
    now--;
  };
  await Promise.all(Array.from({ length: 30 }, () => source(hostOf(port), unstopped(), use)));
  expect(most).toBe(3);
});

test("waiting for a slot is not the host's time", async () => {
  const { port } = await agent(answering(reportOf(60_000)));
  const source = tcp({ concurrency: 1, maxOpen: 10 });
  const host = hostOf(port, { timeoutSeconds: 0.3 });
  const first = source(host, unstopped(), () => sleep(900));
  const second = source(host, unstopped(), ({ phases }) => phases);
  await first;
  const { wait, read } = await second;
  expect(wait).toBeGreaterThan(0.5);
  expect(read).toBeLessThan(0.3);
});

test("what waits for a slot is not read", async () => {
  const { port } = await agent(flooding(reportOf(60_000)));
  const source = tcp({ concurrency: 1, maxOpen: 10 });
  const report = await agent(answering(reportOf(10)));
  let free: (() => void) | undefined;
  const busy = source(
    hostOf(report.port),
    unstopped(),
    () => new Promise<void>((done) => (free = done)),
  );
  await vi.waitFor(() => expect(free).toBeDefined(), 5000);
  const flood = outcome(hostOf(port), source);
  expect(await Promise.race([flood, sleep(300, "waits")])).toBe("waits");
  free?.();
  await busy;
  expect(await flood).toBe("too_large");
});

test("400 hosts that hang do not delay 100 that answer", async () => {
  const dead = await agent(hanging);
  const alive = await agent(answering(reportOf(60_000)));
  const source = tcp({ concurrency: 4, maxOpen: 4096 });
  const hung = Array.from({ length: 400 }, () =>
    outcome(hostOf(dead.port, { timeoutSeconds: 3 }), source),
  );
  let timedOut = 0;
  for (const poll of hung) void poll.then(() => timedOut++);
  await vi.waitFor(() => expect(dead.open()).toBe(400), 3000);
  const healthy = await Promise.all(
    Array.from({ length: 100 }, () => outcome(hostOf(alive.port), source)),
  );
  expect(timedOut).toBe(0);
  expect(new Set(healthy)).toEqual(new Set([reportOf(60_000)]));
  expect(new Set(await Promise.all(hung))).toEqual(new Set(["timeout"]));
});

test.each([
  ["from the start", "<<<a>>>\n"],
  ["half-way", reportOf(30_000)],
])("hosts that trickle %s do not keep the slots", async (_, first) => {
  const slow = await agent(trickling(first));
  const alive = await agent(answering(reportOf(60_000)));
  const source = tcp({ concurrency: 2, maxOpen: 4096 });
  const ended: string[] = [];
  const tricklers = Array.from({ length: 20 }, () =>
    outcome(hostOf(slow.port, { timeoutSeconds: 3 }), source).then((end) => ended.push(end)),
  );
  await vi.waitFor(() => expect(slow.open()).toBe(20), 3000);
  await sleep(100);
  await Promise.all(Array.from({ length: 50 }, () => outcome(hostOf(alive.port), source)));
  expect(ended).toEqual([]);
  await Promise.all(tricklers);
  expect(new Set(ended)).toEqual(new Set(["timeout"]));
});

test("a report that stops half-way until its slot is another's comes whole, as do the others", async () => {
  const report = (letter: string): string => `<<<a>>>\n${letter.repeat(60_000)}\n`;
  let goOn: (() => void) | undefined;
  const slow = await agent((socket) => {
    socket.write(report("a").slice(0, 30_000));
    goOn = () => socket.end(report("a").slice(30_000));
  });
  const source = tcp({ concurrency: 1, maxOpen: 100 });
  const halting = outcome(hostOf(slow.port), source);
  await vi.waitFor(() => expect(source.activity()).toMatchObject({ busy: 1 }), 5000);
  const others = ["b", "c", "d", "e"];
  const came = others.map(async (letter) => {
    const { port } = await agent(answering(report(letter)));
    return outcome(hostOf(port), source);
  });
  expect(await Promise.all(came)).toEqual(others.map(report));
  goOn?.();
  expect(await halting).toBe(report("a"));
});

test("of reports that turn out to be long few are read at once, and the others do not wait", async () => {
  const report = reportOf(3 * 1024 * 1024);
  const long = await agent(answering(report));
  const short = await agent(answering(reportOf(60_000)));
  const source = tcp({ concurrency: 4, maxOpen: 100 });
  const used: (() => void)[] = [];
  const stopping = new AbortController();
  const fetch = ({ signal }: AbortController): Promise<boolean> =>
    source(
      hostOf(long.port, { timeoutSeconds: 1, maxBytes: 4 * 1024 * 1024 }),
      signal,
      async ({ bytes }) => {
        await new Promise<void>((done) => used.push(done));
        return bytes.toString("latin1") === report;
      },
    );
  const reading = Array.from({ length: 2 }, () => fetch(new AbortController()));
  await vi.waitFor(() => expect(used).toHaveLength(2), 5000);
  const waiting = Array.from({ length: 6 }, () => fetch(new AbortController()));
  const stopped = Array.from({ length: 2 }, () => fetch(stopping).catch(() => "stopped"));
  const now = { busy: 2, waiting: { slot: 8 } };
  await vi.waitFor(() => expect(source.activity()).toMatchObject(now), 5000);
  const others = Array.from({ length: 20 }, () => outcome(hostOf(short.port), source));
  expect(new Set(await Promise.all(others))).toEqual(new Set([reportOf(60_000)]));
  stopping.abort();
  expect(await Promise.all(stopped)).toEqual(["stopped", "stopped"]);
  // Longer than the hosts have: their time stands still.
  await sleep(1200);
  expect(used).toHaveLength(2);
  const freeing = setInterval(() => used.splice(0).forEach((free) => free()), 10);
  const came = await Promise.all([...reading, ...waiting]);
  clearInterval(freeing);
  expect(came).toEqual(came.map(() => true));
  expect(source.activity()).toMatchObject({ busy: 0, waiting: { slot: 0 } });
});

test("long reports that come slowly do not keep others that are long", async () => {
  const report = reportOf(1536 * 1024);
  const slow = await agent(trickling(report, 1024));
  const long = await agent(answering(report));
  const source = tcp({ concurrency: 4, maxOpen: 100 });
  const stopping = new AbortController();
  const at = { timeoutSeconds: 30, maxBytes: 4 * 1024 * 1024 };
  let ended = 0;
  const tricklers = Array.from({ length: 4 }, () =>
    source(hostOf(slow.port, at), stopping.signal, () => undefined)
      .catch(() => undefined)
      .finally(() => ended++),
  );
  const isReading = (): void => expect(source.activity().receivedBytes).toBeGreaterThan(3e6);
  await vi.waitFor(isReading, 10_000);
  for (let round = 0; round < 3; round++)
    expect(await outcome(hostOf(long.port, at), source)).toBe(report);
  expect(ended).toBe(0);
  stopping.abort();
  await Promise.all(tricklers);
  expect(source.activity()).toMatchObject({ busy: 0, waiting: { slot: 0 } });
});

test("where no more may be kept of long reports that wait, the next ones are read like short ones", async () => {
  const [short, long] = [reportOf(60_000), reportOf(1536 * 1024)];
  const alive = await agent(answering(short));
  const { port } = await agent(answering(long));
  const source = tcp({ concurrency: 4, maxOpen: 1000 });
  const at = hostOf(port, { maxBytes: 4 * 1024 * 1024 });
  const used: (() => void)[] = [];
  const held = Array.from({ length: 2 }, () =>
    source(at, unstopped(), () => new Promise<void>((done) => used.push(done))),
  );
  await vi.waitFor(() => expect(used).toHaveLength(2), 5000);
  let came = 0;
  const waiting = Array.from({ length: 80 }, () => outcome(at, source).finally(() => came++));
  // There is room for 62 or 63 of them.
  await vi.waitFor(() => expect(came).toBeGreaterThan(10), 20_000);
  expect(await outcome(hostOf(alive.port), source)).toBe(short);
  expect(came).toBeLessThan(20);
  used.forEach((free) => free());
  await Promise.all(held);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([long]));
  expect(source.activity()).toMatchObject({ busy: 0, waiting: { slot: 0 } });
});

test("long reports that stop half-way leave their place even where no more may be kept", async () => {
  const slow = await agent(trickling(reportOf(1152 * 1024)));
  const report = reportOf(3 * 1024 * 1024);
  const { port } = await agent(answering(report));
  const source = tcp({ concurrency: 30, maxOpen: 1000 });
  const stopping = new AbortController();
  const at = { timeoutSeconds: 40, maxBytes: 4 * 1024 * 1024 };
  let ended = 0;
  const tricklers = Array.from({ length: 60 }, () =>
    source(hostOf(slow.port, at), stopping.signal, () => undefined)
      .catch(() => undefined)
      .finally(() => ended++),
  );
  const isReading = (): void => expect(source.activity().receivedBytes).toBeGreaterThan(60e6);
  await vi.waitFor(isReading, 20_000);
  const others = Array.from({ length: 12 }, () => outcome(hostOf(port, at), source));
  expect(new Set(await Promise.all(others))).toEqual(new Set([report]));
  expect(ended).toBe(0);
  stopping.abort();
  await Promise.all(tricklers);
  expect(source.activity()).toMatchObject({ busy: 0, waiting: { slot: 0 } });
});

test("what fetching is about is told", async () => {
  const source = tcp({ concurrency: 1, maxOpen: 2 });
  const { port } = await agent(answering(reportOf(60_000)));
  let free: (() => void) | undefined;
  const busy = source(hostOf(port), unstopped(), () => new Promise<void>((done) => (free = done)));
  await vi.waitFor(() => expect(free).toBeDefined(), 5000);
  const all = [busy, ...Array.from({ length: 3 }, () => outcome(hostOf(port), source))];
  const now = { open: 2, busy: 1, waiting: { connection: 2, slot: 1, turn: 0 } };
  await vi.waitFor(() => expect(source.activity()).toMatchObject(now), 5000);
  free?.();
  await Promise.all(all);
  expect(source.activity()).toEqual({
    ...{ open: 0, busy: 0, waiting: { connection: 0, slot: 0, turn: 0 } },
    receivedBytes: 4 * reportOf(60_000).length,
    lookup: { asked: 0, failed: 0, names: 0, asking: 0 },
  });
});

test("hosts that hung last time leave room for others, even where few may be open", async () => {
  const dead = await agent(hanging);
  const alive = await agent(answering(reportOf(100)));
  const source = tcp({ concurrency: 4, maxOpen: 8 });
  const hung = Array.from({ length: 16 }, () => hostOf(dead.port, { timeoutSeconds: 1 }));
  await Promise.all(hung.map((host) => outcome(host, source)));

  const controllers = hung.map(() => new AbortController());
  let ended = 0;
  const again = hung.map((host, i) =>
    source(host, controllers[i]!.signal, () => undefined).catch(() => ended++),
  );
  await Promise.all(Array.from({ length: 100 }, () => outcome(hostOf(alive.port), source)));
  expect(ended).toBe(0);
  expect(dead.open()).toBe(2);
  for (const controller of controllers) controller.abort();
  await Promise.all(again);
});

test("a host that answers again is no suspect any more", async () => {
  let silent = true;
  const { port } = await agent((socket) => {
    if (silent) hanging(socket);
    else socket.end(reportOf(10));
  });
  const host = hostOf(port, { timeoutSeconds: 0.3 });
  const source = tcp(limits);
  expect(await outcome(host, source)).toBe("timeout");
  silent = false;
  expect(await outcome(host, source)).toBe(reportOf(10));
});

test.each([
  ["silent", hanging],
  ["sending", trickling(reportOf(30_000))],
])("an aborted fetch of a %s host ends at once and closes its socket", async (_, behave) => {
  const host = await agent(behave);
  const controller = new AbortController();
  const fetch = tcp(limits)(hostOf(host.port), controller.signal, () => undefined);
  const ended = expect(fetch).rejects.toThrow("stopped");
  await vi.waitFor(() => expect(host.open()).toBe(1), 5000);
  controller.abort();
  await ended;
  await vi.waitFor(() => expect(host.open()).toBe(0), 5000);
});

test("a fetch that is aborted before it began never connects", async () => {
  const host = await agent(answering(reportOf(10)));
  const fetch = tcp(limits)(hostOf(host.port), AbortSignal.abort(), () => undefined);
  await expect(fetch).rejects.toThrow();
  expect(host.accepted()).toBe(0);
});

test("no socket is left over, whatever became of it", async () => {
  const left = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const before = left();
  const agents = await Promise.all([
    agent(hanging),
    agent(trickling("<<<a>>>\n")),
    agent(answering(reportOf(60_000))),
    agent(answering("garbage\n")),
    agent(flooding(reportOf(60_000))),
    agent((socket) => socket.end()),
    agent((socket) => socket.resetAndDestroy()),
  ]);
  const source = tcp(limits);
  const ends = agents.flatMap(({ port }) =>
    Array.from({ length: 5 }, () => outcome(hostOf(port, { timeoutSeconds: 0.5 }), source)),
  );
  expect(await Promise.all(ends)).toHaveLength(35);
  await vi.waitFor(() => expect(left()).toBe(before), 5000);
});

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../waitmax/run.ts";
import { encodeFrame, encodeJson, FrameReader, type Ending, type Order } from "./frames.ts";

/** A small heap: what programs print only passes through. */
const NODE_FLAGS = ["--max-semi-space-size=1", "--max-old-space-size=64", "--optimize-for-size"];

const START_SECONDS = 20;
/** What a deadline can hold; then another takes its place. */
const LIFE_SECONDS = 2_147_483;

/** Who is told of a run. */
export interface Watcher {
  output(bytes: Buffer): void;
  done(ending: Ending): void;
  /** The runner ended before the run did; why. */
  lost(why: string): void;
}

/** A runner from its start to its end. */
export class RunnerLife {
  /** Resolves with what it died of; never rejects. */
  readonly ended: Promise<string>;
  readonly #poller: Socket;
  readonly #abort: AbortController;
  readonly #watchers = new Map<number, Watcher>();
  #nextId = 0;
  #end: string | undefined;

  private constructor(socket: Socket, abort: AbortController, ended: Promise<string>) {
    this.#poller = socket;
    this.#abort = abort;
    const frames = new FrameReader();
    socket
      .on("error", () => this.end())
      .on("close", () => this.end())
      .on("data", (chunk) => {
        try {
          for (const { id, kind, body } of frames.read(chunk)) this.#hear(id, kind, body);
        } catch {
          this.end();
        }
      });
    this.ended = ended.then((why) => this.#bury(why));
  }

  /**
   * Starts the child and waits for it to connect, over a socket in a folder that nobody else can
   * look into. Rejects where there is none to be had.
   */
  static async start(path: string): Promise<RunnerLife> {
    const folder = await mkdtemp(join(tmpdir(), "roundsman-runner-"));
    const place = join(folder, "socket");
    const abort = new AbortController();
    const server = createServer();
    try {
      await once(server.listen(place), "listening");
      const ended = live([process.execPath, ...NODE_FLAGS, path, place], abort.signal);
      const late = AbortSignal.timeout(START_SECONDS * 1000);
      const connected = (once(server, "connection", { signal: late }) as Promise<[Socket]>).catch(
        () => `it did not connect within ${START_SECONDS} s`,
      );
      const first = await Promise.race([connected, ended]);
      if (typeof first === "string") throw new Error(first);
      return new RunnerLife(first[0], abort, ended);
    } catch (error) {
      abort.abort();
      throw error;
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Begins a run; gives what stops it. */
  begin(order: Order, watcher: Watcher): () => void {
    const id = this.#nextId++;
    const end = this.#end;
    if (end !== undefined) {
      queueMicrotask(() => watcher.lost(end));
      return () => undefined;
    }
    this.#watchers.set(id, watcher);
    this.#poller.write(encodeJson("run", id, order));
    return () => {
      if (this.#end === undefined) this.#poller.write(encodeFrame("stop", id));
    };
  }

  /** Ends it and all that it has started. */
  end(): void {
    this.#poller.destroy();
    this.#abort.abort();
  }

  #hear(id: number, kind: string, body: Buffer): void {
    const watcher = this.#watchers.get(id);
    if (kind === "output") watcher?.output(body);
    else if (kind === "done") {
      this.#watchers.delete(id);
      watcher?.done(JSON.parse(body.toString()) as Ending);
    }
  }

  #bury(why: string): string {
    this.#end = why;
    this.#poller.destroy();
    for (const watcher of this.#watchers.values()) watcher.lost(why);
    this.#watchers.clear();
    return why;
  }
}

/** Runs the child to its end; gives what it ended of. */
async function live(command: [string, ...string[]], abort: AbortSignal): Promise<string> {
  const { exitCode, signal, stderr, failedToStart } = await run(command, {
    seconds: LIFE_SECONDS,
    abort,
    // Killed, it would leave behind what it has started.
    atExit: "SIGTERM",
    onStdout: () => undefined,
  });
  const how = failedToStart ?? signal ?? `exit code ${exitCode ?? "unknown"}`;
  const lines = stderr.split("\n").filter((line) => /\w/.test(line));
  return lines.length > 0 ? `${how}: ${lines.find((line) => line.includes("Error")) ?? ""}` : how;
}

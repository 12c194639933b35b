/** One poller per state directory: a second one would poll, write and send everything twice. */
import { randomBytes } from "node:crypto";
import { closeSync, linkSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer, get, type Server } from "node:http";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { makeFolder } from "./store.ts";

/** What holders listen at, in the folder. */
const NAME = "serve.lock";

/** How long a holder may take to say who it is; it holds the folder whether it does or not. */
const ANSWER_MILLISECONDS = 1000;

/** How often the name may be lost to others who want it too. */
const MAX_ATTEMPTS = 100;

/** What is read of its answer, and how many are answered at once. */
const MAX_ANSWER_CHARACTERS = 100;
const MAX_CONNECTIONS = 16;

/** Whoever asks is a process like us, and does so at once. */
const LIMITS = {
  maxHeaderSize: 1024,
  headersTimeout: ANSWER_MILLISECONDS,
  requestTimeout: ANSWER_MILLISECONDS,
  connectionsCheckingInterval: ANSWER_MILLISECONDS,
} as const;

/** A process as it is called where it runs. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** A folder that another process holds, of which it may not say who it is. */
export class StateInUse extends Error {
  override readonly name = "StateInUse";
  readonly holder: Holder | undefined;
  constructor(folder: string, holder: Holder | undefined) {
    const elsewhere = holder && holder.host !== hostname() ? ` on ${holder.host}` : "";
    const who = holder ? `pid ${holder.pid}${elsewhere}` : "it does not say which";
    super(`${folder} (state_dir) is in use by another poller (${who})`);
    this.holder = holder;
  }
}

/** Lets go of a folder. */
export type Release = () => Promise<void>;

/**
 * Holds a folder, which is made where it is not there, until it is released or the process ends,
 * however that comes about. Rejects with StateInUse while another process does, in another container
 * too where the folder is the same; and with a system error where there can be no lock.
 *
 * The holder listens at a socket in the folder: where nobody does any more, the kernel says so.
 */
export async function lockState(folder: string): Promise<Release> {
  makeFolder(resolve(folder));
  const own = `${NAME}.${randomBytes(6).toString("hex")}`;
  const descriptor = openSync(folder, "r");
  // The name of a socket may have 107 bytes, that of a folder more.
  const short = `/proc/self/fd/${descriptor}`;
  const server = createServer(LIMITS, (_, response) => {
    response.setHeader("connection", "close");
    response.end(`${process.pid} ${hostname()}`);
  }).unref();
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await listen(server, join(short, own));
    await take(folder, { own, short });
  } catch (error) {
    await close(server);
    throw error;
  } finally {
    rmSync(join(folder, own), { force: true });
    closeSync(descriptor);
  }
  return async () => {
    rmSync(join(folder, NAME), { force: true });
    await close(server);
  };
}

/** Gives our socket, which listens already, the name that all look for. */
async function take(
  folder: string,
  { own, short }: { readonly own: string; readonly short: string },
): Promise<void> {
  const name = join(folder, NAME);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      linkSync(join(folder, own), name);
      sweep(folder, own);
      return;
    } catch (error) {
      // ENOENT: somebody who was quicker has removed ours.
      if (!["EEXIST", "ENOENT"].includes(codeOf(error) ?? "")) throw error;
    }
    const before = inodeOf(name);
    const holder = await ask(join(short, NAME));
    if (holder !== "nobody") throw new StateInUse(folder, holder);
    // Between question and answer somebody else may have taken it.
    if (before !== undefined && inodeOf(name) === before) remove(name, before);
  }
  throw new StateInUse(folder, undefined);
}

/** Removes what a dead process left, and puts back what turns out to be another's. */
function remove(name: string, inode: number): void {
  const aside = `${name}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(name, aside);
    if (inodeOf(aside) !== inode) linkSync(aside, name);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  }
  rmSync(aside, { force: true });
}

/** Removes what processes left that were killed in the midst of this; whoever waits has lost. */
function sweep(folder: string, own: string): void {
  for (const name of readdirSync(folder))
    if (name.startsWith(`${NAME}.`) && name !== own) rmSync(join(folder, name), { force: true });
}

/** Who listens, `undefined` where that is not told; "nobody" where there is no such process any more. */
const ask = (path: string): Promise<Holder | "nobody" | undefined> =>
  new Promise((done) => {
    const request = get({ socketPath: path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text = (text + chunk).slice(0, MAX_ANSWER_CHARACTERS);
      });
      response.on("error", () => done(undefined)).on("end", () => done(holderIn(text)));
    });
    const timer = setTimeout(() => request.destroy(), ANSWER_MILLISECONDS);
    request.on("close", () => clearTimeout(timer));
    request.on("error", (error) =>
      done(["ECONNREFUSED", "ENOENT"].includes(codeOf(error) ?? "") ? "nobody" : undefined),
    );
  });

function holderIn(text: string): Holder | undefined {
  const [, pid, host] = /^(\d{1,10}) ([\w.-]{1,64})$/.exec(text) ?? [];
  return pid === undefined || host === undefined ? undefined : { pid: Number(pid), host };
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once("error", fail).listen(path, () => {
      server.off("error", fail);
      done();
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

const inodeOf = (path: string): number | undefined =>
  statSync(path, { throwIfNoEntry: false })?.ino;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

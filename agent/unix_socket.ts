/** A unix socket that the agent makes itself: whom it belongs to, and what to do with a former one. */
import { lchownSync, lstatSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { groups } from "./groups.ts";

/** Those who fetch for others: Checkmk's agent controller runs in this group. */
const GROUP = "cmk-agent";
/** What the owner, and the owner and group, may not be denied. */
const OWNER_ONLY = 0o177;
const OWNER_AND_GROUP = 0o117;

/** Long enough for a busy agent: connecting takes no answer of it. */
const PROBE_SECONDS = 5;

/**
 * Listens at a path, for root and the controller's group only; for this user only where there is no
 * such group. Takes the place of a socket that nobody listens at. Rejects where somebody does, or
 * where something else lies there.
 */
export async function listenAt(server: Server, path: string, backlog: number): Promise<void> {
  await clear(path);
  const group =
    process.getuid?.() === 0 ? groups().find(({ name }) => name === GROUP)?.gid : undefined;
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    const before = process.umask(group === undefined ? OWNER_ONLY : OWNER_AND_GROUP);
    server.listen({ path, backlog }, () => {
      server.off("error", fail);
      done();
    });
    // The socket is there by now, whatever is called back later.
    process.umask(before);
  });
  if (group !== undefined) lchownSync(path, 0, group);
}

async function clear(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Error(`${path} is there, and is no socket`);
  if (await isAlive(path)) throw new Error(`somebody listens at ${path} already`);
  unlinkSync(path);
}

const isAlive = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(path);
    const end = (alive: boolean): void => {
      socket.destroy();
      done(alive);
    };
    socket
      .on("connect", () => end(true))
      .on("timeout", () => end(true))
      .on("error", (error: NodeJS.ErrnoException) => end(error.code !== "ECONNREFUSED"))
      .setTimeout(PROBE_SECONDS * 1000);
  });

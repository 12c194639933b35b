/** One question to a service on its unix socket, and all it answers until it closes. */
import { createConnection } from "node:net";

/** Of an answer. */
const MAX_BYTES = 8 * 1024 * 1024;
/** What connect(2) says where nobody was ever there, or not for us. */
const NOBODY: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM"]);

/**
 * The answer as Latin-1 text; `undefined` where there is no such socket. Rejects when the service is
 * gone, takes too long or says too much. Our side stays open until it has closed its own: some
 * services take an early end for a client that has lost interest.
 */
export function ask(
  path: string,
  question: string,
  deadlineSeconds: number,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (why: string): unknown => socket.destroy(new Error(`${path} ${why}`));
    const deadline = setTimeout(
      () => refuse(`took longer than ${deadlineSeconds} s`),
      deadlineSeconds * 1000,
    );
    socket
      .on("data", (chunk) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_BYTES) refuse(`said more than ${MAX_BYTES} bytes`);
      })
      .on("error", (error: NodeJS.ErrnoException) => {
        if (NOBODY.has(error.code ?? "")) resolve(undefined);
        else reject(error);
      })
      .on("close", () => {
        clearTimeout(deadline);
        resolve(Buffer.concat(chunks).toString("latin1"));
      })
      .write(question, "latin1");
  });
}

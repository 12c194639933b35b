import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A listener that treats every connection in its own way, until the test is over. */
export interface Agent {
  readonly port: number;
  /** Connections that are open now. */
  open(): number;
  /** Connections there have been. */
  accepted(): number;
}

export async function agent(behave: (socket: Socket) => void): Promise<Agent> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    behave(socket);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", 4096, done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((done) => server.close(() => done()));
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { port, open: () => sockets.size, accepted: () => accepted };
}

/** A report of about so many bytes. */
export const reportOf = (bytes: number): string =>
  "<<<check_mk>>>\n" + "Version: 1.0\n".repeat(Math.ceil(bytes / 13));

/** Says its report and closes. */
export const answering =
  (report: string) =>
  (socket: Socket): void =>
    void socket.end(report);

/** Accepts and never says a word. */
export const hanging = (socket: Socket): void => void socket.resume();

/** Says that hands are to be shaken, and never does. */
export const unshaken = (socket: Socket): void => {
  hanging(socket);
  socket.write("16");
};

/** Says so much at once and then a byte, or a few, every 20 ms, for ever. */
export const trickling =
  (first: string, bytes = 1) =>
  (socket: Socket): void => {
    socket.write(first);
    const timer = setInterval(() => socket.write("x".repeat(bytes)), 20);
    socket.on("close", () => clearInterval(timer));
  };

/** Never stops. */
export const flooding =
  (chunk: string) =>
  (socket: Socket): void => {
    const more = (): void => void socket.write(chunk, (error) => (error ? undefined : more()));
    more();
  };

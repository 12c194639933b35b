/** What careless and hostile clients do to a port, each kind from an address of its own. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

const TURN_MILLISECONDS = 100;
const SLOW_BYTES = 100;

interface Kind {
  readonly address: string;
  /** How many there are at once; who has gone or been dropped comes again. */
  readonly clients: number;
  /** For how long one holds on that is let. */
  readonly seconds: number;
  /** On a connection that has just been made. */
  readonly begin: (socket: Socket) => void;
  /** Every turn, on each connection. */
  readonly act?: (socket: Socket) => void;
}

/** Longer than the agent's patience. */
const LONG = 25;

const garbage = randomBytes(100_000);

const kinds: readonly Kind[] = [
  // A port scan.
  { address: "127.66.0.1", clients: 2, seconds: 1, begin: (socket) => socket.destroy() },
  { address: "127.66.0.2", clients: 1, seconds: 1, begin: (socket) => socket.resetAndDestroy() },
  { address: "127.66.0.3", clients: 1, seconds: 1, begin: (socket) => socket.write(garbage) },
  // A slow reader.
  {
    address: "127.66.0.4",
    clients: 5,
    seconds: LONG,
    begin: (socket) => socket.pause(),
    act: (socket) => void socket.read(SLOW_BYTES),
  },
  // One that never reads.
  { address: "127.66.0.5", clients: 5, seconds: LONG, begin: (socket) => socket.pause() },
  // A half-open connection: it reads all, and never closes.
  { address: "127.66.0.6", clients: 5, seconds: LONG, begin: (socket) => socket.resume() },
  // More than may come from one address.
  { address: "127.66.0.7", clients: 40, seconds: 2, begin: (socket) => socket.pause() },
];

/** All of them at once until they are stopped. */
export function attack(port: number): { readonly stop: () => void } {
  const held = kinds.map((kind) => ({ kind, sockets: new Set<Socket>() }));
  const turn = setInterval(() => {
    for (const { kind, sockets } of held) {
      for (const socket of sockets) kind.act?.(socket);
      while (sockets.size < kind.clients) visit(port, kind, sockets);
    }
  }, TURN_MILLISECONDS);
  return {
    stop() {
      clearInterval(turn);
      for (const { sockets } of held) for (const socket of sockets) socket.destroy();
    },
  };
}

function visit(port: number, { address, seconds, begin }: Kind, sockets: Set<Socket>): void {
  const where = { port, host: "127.0.0.1", localAddress: address, allowHalfOpen: true };
  const socket: Socket = connect(where)
    .on("connect", () => begin(socket))
    .setTimeout(seconds * 1000, () => socket.destroy())
    .on("error", () => undefined)
    .on("close", () => sockets.delete(socket));
  sockets.add(socket);
}

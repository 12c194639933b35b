/**
 * Asks an HTTP server on loopback over and over whether it is well, `PORT` its argument, and tells
 * its parent, whenever that sends a message, how long it took since the last one. A process of its
 * own, so that what the parent does cannot delay it.
 */
import { connect } from "node:net";
import { median } from "./tools.ts";

/** Milliseconds from an answer to the next request. */
const PAUSE = 1;

const request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n";
let taken: number[] = [];
let asked = 0;
let heard = "";

// Without a server there is nothing to feel.
const gone = (): never => process.exit(1);
const socket = connect(Number(process.argv[2]), "127.0.0.1").setNoDelay();
socket.on("error", gone).on("close", gone);
const ask = (): void => {
  asked = performance.now();
  socket.write(request);
};
socket.setEncoding("latin1").on("connect", ask);
socket.on("data", (text: string) => {
  heard += text;
  if (!heard.endsWith("\r\n\r\nhealthy\n")) return;
  heard = "";
  taken.push(performance.now() - asked);
  setTimeout(ask, PAUSE);
});
process.on("message", () => {
  // One that is not answered yet counts for as long as it has taken so far.
  const all = [...taken, performance.now() - asked - PAUSE];
  process.send?.({ usual: median(all), worst: Math.max(...all), count: all.length });
  taken = [];
});
process.on("disconnect", () => process.exit(0));

/** Where the agent listens. */
import { isIP } from "node:net";
import { UsageError } from "./usage.ts";

/** An address and port, or the path of a unix socket. */
export type Place = { readonly address: string; readonly port: number } | { readonly path: string };

export const DEFAULT_PLACE: Place = { address: "127.0.0.1", port: 6556 };

/** `127.0.0.1:6556`, `[::]:6556`, `unix:/run/agent.socket`. */
export function formatPlace(place: Place): string {
  if ("path" in place) return `unix:${place.path}`;
  const { address, port } = place;
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Of sockaddr_un, without its final zero: what is longer would be cut off. */
const MAX_PATH_BYTES = 107;

/** ADDR:PORT, [ADDR]:PORT, :PORT for every address, PORT for loopback, or unix:PATH. */
export function parsePlace(text: string): Place {
  const path = text.startsWith("unix:/") ? text.slice("unix:".length) : undefined;
  if (path !== undefined && Buffer.byteLength(path) <= MAX_PATH_BYTES) return { path };
  const [, bracketed, plain, digits = ""] = /^(?:\[(.*)\]:|([^:]*):)?(\d{1,5})$/.exec(text) ?? [];
  const named = bracketed ?? plain;
  const address = named === undefined || named === "localhost" ? "127.0.0.1" : named || "::";
  const port = Number(digits);
  if (digits === "" || port > 65_535 || isIP(address) === 0)
    throw new UsageError(
      `--listen: ${JSON.stringify(text)} is neither ADDRESS:PORT (such as 127.0.0.1:6556 or ` +
        `[::]:6556) nor unix:/PATH of at most ${MAX_PATH_BYTES} bytes`,
    );
  return { address, port };
}

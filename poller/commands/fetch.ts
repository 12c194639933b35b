import { tcp } from "../sources/tcp.ts";
import type { Host } from "../targets/host.ts";

/** The raw report of one host. Rejects with a FetchError. */
export const fetchReport = (host: Host): Promise<Buffer> =>
  tcp({ concurrency: 1, maxOpen: 1 })(host, new AbortController().signal, ({ bytes }) => bytes);

import { run } from "../../waitmax/run.ts";
import { sources } from "../sources/sources.ts";
import type { Host } from "../targets/host.ts";

/** The raw report of one host. Rejects with a FetchError. */
export const fetchReport = (host: Host): Promise<Buffer> =>
  // This process is small and runs one program at most: it needs no runner.
  sources({ concurrency: 1, maxOpen: 1 }, run)(
    host,
    new AbortController().signal,
    ({ bytes }) => bytes,
  );

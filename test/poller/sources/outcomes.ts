import { FetchError, type Source } from "../../../poller/sources/source.ts";
import { tcp } from "../../../poller/sources/tcp.ts";
import type { Host } from "../../../poller/targets/host.ts";

const limits = { concurrency: 4, maxOpen: 100 };

const unstopped = (): AbortSignal => new AbortController().signal;

/** The report of a host; rejects with a FetchError. */
export const reportFrom = (host: Host, source: Source = tcp(limits)): Promise<string> =>
  source(host, unstopped(), ({ bytes }) => bytes.toString("latin1"));

/** Why a host gives no report. */
export const failureOf = (host: Host, source?: Source): Promise<FetchError> =>
  reportFrom(host, source).then(
    () => Promise.reject(new Error("there was a report")),
    (error: unknown) => (error instanceof FetchError ? error : Promise.reject(error as Error)),
  );

/** A report, or the reason why there is none. */
export const outcomeOf = (host: Host, source?: Source): Promise<string> =>
  reportFrom(host, source).catch((error: unknown) => {
    if (error instanceof FetchError) return error.reason;
    throw error;
  });

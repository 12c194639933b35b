/** What the process that shows and the processes that poll say to each other. */
import type { JudgingConfig } from "../judging.ts";
import type { Said } from "../piggyback.ts";
import type { PollingConfig } from "../polling.ts";
import type { Metrics } from "../self.ts";
import type { Host } from "../targets/host.ts";
import type { SnapshotMessage } from "./message.ts";

/** Which hosts a process polls, and which others there are. */
export interface Share {
  readonly hosts: readonly Host[];
  /** Names of hosts that other processes poll. */
  readonly others: readonly string[];
}

/** All that a process needs to begin. */
export interface Beginning extends Share {
  readonly config: PollingConfig;
  /** Folder of the store. */
  readonly stateDir: string;
  /** Guests of which other processes tell. */
  readonly guests: readonly string[];
}

/** A request is answered with its `id`. */
export type Order =
  | ({ readonly kind: "begin" } & Beginning)
  | ({ readonly kind: "share" } & Share)
  | { readonly kind: "judge"; readonly config: JudgingConfig }
  /** Others tell of these guests from now on, and nobody of those. */
  | { readonly kind: "guests"; readonly taken: readonly string[]; readonly free: readonly string[] }
  /** What a host of another process said of one of this. */
  | { readonly kind: "said"; readonly host: string; readonly said: Said }
  /** A host of the process by its name, or a stranger. */
  | { readonly kind: "poll"; readonly id: number; readonly host: string | Host }
  | { readonly kind: "abort"; readonly id: number }
  | { readonly kind: "metrics"; readonly id: number }
  | { readonly kind: "ping" }
  | { readonly kind: "stop" };

export type Report =
  /** It can be given its beginning. */
  | { readonly kind: "ready" }
  | { readonly kind: "pong" }
  | { readonly kind: "snapshot"; readonly snapshot: SnapshotMessage }
  | { readonly kind: "silence"; readonly hosts: readonly string[] }
  | { readonly kind: "gone"; readonly host: string }
  | { readonly kind: "defect"; readonly host: string; readonly error: Defect }
  | { readonly kind: "fault"; readonly error: Defect }
  | {
      readonly kind: "said";
      readonly host: string;
      readonly said: Omit<Said, "source"> & { readonly source: string };
    }
  /** The poll is over; what it gave of a host of the process has been told before. */
  | { readonly kind: "polled"; readonly id: number; readonly stranger?: SnapshotMessage }
  | { readonly kind: "failed"; readonly id: number; readonly error: Defect }
  | { readonly kind: "metrics"; readonly id: number; readonly metrics: Metrics };

/** An error as it can be sent. */
interface Defect {
  /** Tells what was stopped from what broke. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export const defectOf = (error: unknown): Defect =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Error", message: String(error), stack: undefined };

export const errorOf = ({ name, message, stack }: Defect): Error =>
  Object.assign(new Error(message), { name }, stack !== undefined && { stack });

/** The process that was to poll a host ended before it had. */
export class ProcessLost extends Error {
  override readonly name = "ProcessLost";
  constructor() {
    super("the process that polls it ended; it is being restarted");
  }
}

/** There is nobody to be polled by any more: what is under way is stopped, as if by a signal. */
export const ending = (): DOMException => new DOMException("the poller ends", "AbortError");

import type { Snapshot } from "../snapshots.ts";
import { encode } from "./message.ts";
import type { Report } from "./protocol.ts";

/** For so long what is to be told is gathered. */
const GATHER_MILLISECONDS = 10;

/** Reports that are sent together at most: who gets them has other things to do as well. */
const MAX_REPORTS = 64;

/** Sends reports; `sent` is called when they have gone. */
type Send = (reports: readonly Report[], sent: () => void) => void;

/**
 * What a process tells, gathered. While it cannot be sent, of each host the latest snapshot waits
 * alone, and of what one host says of another the latest word: there is never more than one of each.
 */
export class Outbox {
  readonly #send: Send;
  readonly #waiting = new Map<unknown, Report | Snapshot>();
  /** By host, the last that was sent. */
  readonly #sent = new Map<string, Snapshot>();
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;

  constructor(send: Send) {
    this.#send = send;
  }

  tell(report: Report): void {
    this.#add(report.kind === "said" ? `\0${report.said.source}\0${report.host}` : report, report);
  }

  show(snapshot: Snapshot): void {
    this.#add(snapshot.host.name, snapshot);
  }

  /** Nothing is to build on what was sent of a host. */
  forget(host: string): void {
    this.#waiting.delete(host);
    this.#sent.delete(host);
  }

  #add(key: unknown, one: Report | Snapshot): void {
    this.#waiting.set(key, one);
    if (!this.#isSending) this.#timer ??= setTimeout(() => this.#flush(), GATHER_MILLISECONDS);
  }

  #flush(): void {
    this.#timer = undefined;
    const reports: Report[] = [];
    for (const [key, one] of this.#waiting) {
      if (reports.length === MAX_REPORTS) break;
      this.#waiting.delete(key);
      reports.push("kind" in one ? one : this.#snapshot(one));
    }
    if (reports.length === 0) return;
    this.#isSending = true;
    this.#send(reports, () => {
      this.#isSending = false;
      this.#flush();
    });
  }

  #snapshot(snapshot: Snapshot): Report {
    const { name } = snapshot.host;
    const message = encode(snapshot, this.#sent.get(name));
    this.#sent.set(name, snapshot);
    return { kind: "snapshot", snapshot: message };
  }
}

import type { LookupAddress } from "node:dns";
import { TLS_UPGRADE } from "../../wire/tls.ts";
import type { Host } from "../targets/host.ts";
import { Deadline } from "./deadline.ts";
import type { Equipment } from "./equipment.ts";
import { faultOf, HALFWAY, SLOW, where } from "./failures.ts";
import { greeting } from "./greeting.ts";
import { Line, type Listener } from "./line.ts";
import type { Errand } from "./opener.ts";
import { Progress } from "./progress.ts";
import { Received } from "./received.ts";
import { Seat } from "./seat.ts";
import { Fault, FetchError, type Fetched } from "./source.ts";

/** What a fetch may gather without a slot, from its start and after it gave its slot back. */
const LOOSE_BYTES = 2 * 1024;

/**
 * One connection to an agent, which speaks first and then closes. It waits, shakes hands and gathers
 * a first few bytes without a slot; for more, and for its report to be used, it needs one. While it
 * queues for a slot nothing is read and the host's deadline stands still.
 */
export class Connection implements Listener {
  /** Rejects with a FetchError, or when the signal aborts. */
  readonly report: Promise<Fetched>;
  /** Whether it cost time in vain. */
  hung = false;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  readonly #equipment: Equipment;
  readonly #line: Line;
  readonly #deadline: Deadline;
  readonly #seat: Seat;
  readonly #progress: Progress;
  readonly #received = new Received();
  #isPlain = false;
  #isBeingOpened = false;
  #paused = false;
  #looseBytes = 0;
  #sizeWhenAsked: number | undefined;

  #done = false;
  #resolve!: (fetched: Fetched) => void;
  #reject!: (error: Error) => void;

  /** `queued`: milliseconds for which it had to wait until it might connect. */
  constructor(host: Host, signal: AbortSignal, equipment: Equipment, queued: number) {
    this.#host = host;
    this.#signal = signal;
    this.#equipment = equipment;
    this.#progress = new Progress(queued);
    this.report = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#deadline = new Deadline(host.timeoutSeconds, () =>
      this.#fail(this.#progress.lateness(host.timeoutSeconds)),
    );
    this.#seat = new Seat(equipment, this.#deadline, () => this.#yield());
    this.#line = new Line(host, this, this.#progress);
    signal.addEventListener("abort", this.#abort);
  }

  /** Lets go of everything; to be called when the report has been used or has failed. */
  close(): void {
    this.#finish();
    this.#seat.close();
    // An opener that was left behind may still look at it.
    if (!this.#isBeingOpened) this.#received.release();
  }

  async lookUp(name: string): Promise<readonly LookupAddress[]> {
    const addresses = await this.#equipment.lookup.find(name, this.#deadline);
    this.#progress.waitedForName = this.#deadline.held;
    return addresses;
  }

  reached(name: string, address: () => string | undefined): void {
    this.#equipment.lookup.reached(name, address);
  }

  sips(): boolean {
    return this.#seat.empty;
  }

  take(bytes: Buffer): boolean {
    if (this.#done) return false;
    this.#progress.firstAt ??= performance.now();
    this.#equipment.onBytes?.(bytes.length);
    const size = this.#received.size + bytes.length;
    this.#received.append(bytes, bytes.length, this.#isPlain && this.#seat.holds(size));
    if (size > this.#host.maxBytes) {
      this.#fail(new Fault("too_large", `more than ${this.#host.maxBytes} bytes`));
      return false;
    }
    if (this.#progress.stage === "greeting" && size >= 2 && !this.#greet()) return false;
    if (!this.#seat.empty) return this.#seat.suits(size) || this.#moveOn();
    this.#looseBytes += bytes.length;
    return this.#looseBytes < LOOSE_BYTES || this.#ask();
  }

  end(): void {
    if (this.#done) return;
    const { stage, upgraded, securedAt } = this.#progress;
    if (stage === "upgrading" || (upgraded && securedAt === undefined))
      this.#fail(new Fault("tls", "closed instead of shaking hands"));
    else if (this.#received.size === 0 && !upgraded)
      this.#fail(
        new Fault("empty", "closed without a word (does its allow list know this poller?)"),
      );
    else if (stage === "reading" || this.#greet()) this.#complete();
  }

  fail(error: Error): void {
    // What happens to a line that all has come over does not matter.
    if (this.#progress.stage !== "opening") this.#giveUp(error);
  }

  #giveUp(error: unknown): void {
    const isShaking = this.#progress.upgraded && this.#received.size === 0;
    this.#fail(faultOf(error as Error, { isShaking }));
  }

  /** Whether what has come begins as it has to and may be read on; fails or shakes hands otherwise. */
  #greet(): boolean {
    try {
      const { bytes, size } = this.#received;
      const found = greeting(bytes, this.#host);
      this.#isPlain = found === "plain";
      this.#progress.stage = found === TLS_UPGRADE ? "upgrading" : "reading";
      if (found !== TLS_UPGRADE) return true;
      if (size > TLS_UPGRADE.length)
        this.#fail(new Fault("tls", "speaks on before hands are shaken"));
      else void this.#upgrade();
    } catch (error) {
      this.#giveUp(error);
    }
    return false;
  }

  async #upgrade(): Promise<void> {
    try {
      const { tls } = this.#host;
      if (!tls) throw new Fault("tls", "no tls is configured");
      const context = await this.#equipment.credentials.context(tls);
      // A handshake costs some milliseconds of ours: where many are due, each has its turn.
      this.#deadline.hold();
      await this.#equipment.turns.take(() => this.#deadline.resume());
      if (this.#done) return;
      this.#progress.waitedForHands = this.#deadline.held;
      this.#received.release();
      this.#progress.stage = "reading";
      this.#line.upgrade(context);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Asks for a slot to read on; whether it comes before the next read. */
  #ask(): boolean {
    const free = this.#seat.ask(this.#seated);
    this.#paused = !free;
    return free;
  }

  /** Goes on among the long ones; whether it may before the next read. */
  #moveOn(): boolean {
    const free = this.#seat.moveOn(this.#received.size, this.#seated);
    this.#paused = !free;
    return free;
  }

  readonly #seated = (): void => {
    this.#sizeWhenAsked = undefined;
    if (this.#progress.stage === "opening") void this.#open();
    else if (this.#paused) this.#line.resume();
    this.#paused = false;
  };

  #yield(): void {
    const before = this.#sizeWhenAsked;
    this.#sizeWhenAsked = this.#received.size;
    if (this.#progress.stage !== "reading" || before === undefined) return;
    if (this.#seat.keepsPace(this.#received.size - before)) return;
    if (this.#leave()) this.#looseBytes = 0;
  }

  /** All has come: opens it as soon as it has a slot. */
  #complete(): void {
    this.#progress.stage = "opening";
    if (this.#seat.held) void this.#open();
    else if (this.#seat.empty) this.#seat.ask(this.#seated);
  }

  async #open(): Promise<void> {
    this.#line.close();
    this.#isBeingOpened = true;
    try {
      const { bytes } = this.#received;
      const circumstances = { secured: this.#progress.upgraded, aside: this.#aside };
      const opened = await this.#equipment.opener.open(bytes, this.#host, circumstances);
      this.#isBeingOpened = false;
      if (this.#done) return;
      this.#finish();
      this.#resolve({ bytes: opened, phases: this.#progress.phases(this.#deadline.held) });
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Does without the slot meanwhile, and while the errand queues the deadline stands still. */
  readonly #aside = async <T>(errand: Errand<T>): Promise<T> => {
    const isAway = this.#leave();
    this.#deadline.hold();
    const result = await errand(() => this.#deadline.resume());
    if (isAway && !this.#done) await new Promise<void>((granted) => this.#seat.ask(granted));
    return result;
  };

  #leave(): boolean {
    const left = this.#seat.leave(this.#received.size);
    if (left) this.#received.settle();
    return left;
  }

  #fail({ reason, message }: Fault): void {
    if (this.#done) return;
    this.hung = SLOW.has(reason);
    this.#finish();
    const { size } = this.#received;
    const so = size > 0 && HALFWAY.has(reason) ? ` (${size} bytes had come)` : "";
    const what = `${where(this.#host)}: ${message}${so}`;
    this.#reject(new FetchError(reason, what, this.#progress.phases(this.#deadline.held)));
  }

  readonly #abort = (): void => {
    this.#finish();
    this.#reject(new DOMException("The poll was stopped.", "AbortError"));
  };

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#deadline.stop();
    this.#seat.waive();
    this.#signal.removeEventListener("abort", this.#abort);
    this.#line.close();
  }
}

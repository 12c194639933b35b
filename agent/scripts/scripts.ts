/**
 * The executables of the plugins and local folders, the checks of mrpe.cfg and what runas.cfg names:
 * what runs when, and what of their output is served.
 */
import { join } from "node:path";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { findAll } from "./found.ts";
import { Job } from "./job.ts";
import { killedSection } from "./killed.ts";
import { LOCAL_HEADER } from "./printed.ts";
import type { Kind, Script } from "./script.ts";
import { readSpool } from "./spool.ts";
import { Store, type ScriptStatus } from "./store.ts";

const DEADLINE_SECONDS = 60;
/** Scripts that run side by side; twice, in the background and in time for a report. */
const CONCURRENCY = 8;
/** For so long a tick waits for the first output of what then runs in the background. */
const FIRST_RUN_SECONDS = 10;

/** Parts of the report, as Latin-1 text that is empty or ends in a newline, with their headers. */
export interface ScriptsOutput {
  readonly spool: string;
  readonly mrpe: string;
  /** `<<<local:sep(0)>>>` and its lines; the header is always there. */
  readonly local: string;
  readonly plugins: string;
  /** Who had to be ended. */
  readonly killed: string;
  /** What this output holds, for `handedOver` once a client has taken it whole. */
  readonly handed: readonly number[];
}

export interface Scripts {
  /**
   * Looks through the folders, runs what is due and resolves when what runs without an interval is
   * done. What has an interval runs in the background; only its first run is waited for, for ten
   * seconds. May be called again meanwhile: what still runs is left to run. Never rejects. `at` is
   * epoch seconds. Tells whether anything was due.
   */
  tick(at: number): Promise<boolean>;
  /** What is to be served now. */
  output(): ScriptsOutput;
  /** To be called when a client has taken a report with these outputs to its last byte. */
  handedOver(handed: readonly number[]): void;
  status(): readonly ScriptStatus[];
  /** Ends what runs; what must outlive this process is in files then. */
  stop(): Promise<void>;
}

export interface ScriptsOptions {
  readonly pluginsDir: string;
  readonly localDir: string;
  readonly configDir: string;
  /** Where spool/ is and cache/ is kept. */
  readonly stateDir: string;
  /** The whole environment of a script: see environment.ts. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * For scripts without an interval; 60 unless told. One with an interval has as long as that, an
   * hour at most, but no less than this.
   */
  readonly deadlineSeconds?: number;
  /** How many run side by side, with and without an interval each; 8 unless told. */
  readonly concurrency?: number;
}

/** Nothing runs before the first `tick`. */
export function scripts({
  stateDir,
  env,
  deadlineSeconds = DEADLINE_SECONDS,
  concurrency = CONCURRENCY,
  ...places
}: ScriptsOptions): Scripts {
  const store = new Store(join(stateDir, "cache"));
  const jobs = new Map<string, Job>();
  let present: readonly Job[] = [];
  let spooled = "";
  let faults: readonly (readonly [name: string, error: string])[] = [];
  let lastTick = 0;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const limits = { env, deadlineSeconds, abort: stopping.signal };
  // Apart, so that what takes its time in the background never keeps a report waiting.
  const [inTime, inBackground] = [pLimit(concurrency), pLimit(concurrency)];

  async function look(at: number): Promise<void> {
    const found = await findAll(places);
    for (const script of found.scripts) if (!isKnown(script)) await take(script, at);
    present = found.scripts.flatMap(({ name }) => jobs.get(name) ?? []);
    const spool = readSpool(join(stateDir, "spool"), at);
    spooled = spool.text;
    faults = [...found.faults, ...spool.faults];
    for (const [name, job] of jobs) {
      if (present.includes(job) || job.isBusy) continue;
      jobs.delete(name);
      store.drop(name);
    }
  }

  /** A script that has become another in the meantime begins anew. */
  function isKnown({ name, command, interval }: Script): boolean {
    const known = jobs.get(name)?.script;
    return known?.interval === interval && known?.command.join("\0") === command.join("\0");
  }

  async function take(script: Script, at: number): Promise<void> {
    const { name } = script;
    const kept = jobs.has(name) ? undefined : await store.load(name);
    if (isKnown(script)) return;
    jobs.set(name, new Job(script, kept, at));
  }

  /** Has the store hold what it should of a script. */
  function keep(name: string): void {
    const kept = jobs.get(name)?.kept;
    if (kept) store.save(name, kept);
    else store.drop(name);
  }

  /** Begins a run; resolves when a report need not wait for it any longer. */
  async function begin(job: Job, clock: () => number): Promise<void> {
    const { isNew } = job;
    const { interval } = job.script;
    const place = interval === undefined ? inTime : inBackground;
    const run = job.run(clock, place, limits).then(() => {
      keep(job.script.name);
      running.delete(run);
    });
    running.add(run);
    if (interval === undefined) await run;
    else if (isNew) await Promise.race([run, firstRunSeconds()]);
  }

  return {
    async tick(at) {
      const since = performance.now();
      const clock = (): number => at + (performance.now() - since) / 1000;
      lastTick = at;
      await look(at);
      const due = present.filter((job) => job.isDue(at));
      const begun: Promise<void>[] = [];
      for (const job of due) {
        begun.push(begin(job, clock));
        // To start a process takes a while, and clients wait.
        await turn();
      }
      await Promise.all(begun);
      return due.length > 0;
    },
    output() {
      const served = present.flatMap((job) => {
        const output = job.output(lastTick);
        return output ? [{ kind: job.script.kind, ...output }] : [];
      });
      const text = (of: Kind): string =>
        served.flatMap(({ kind, text }) => (kind === of ? text : [])).join("");
      return {
        spool: spooled,
        mrpe: text("mrpe"),
        local: LOCAL_HEADER + text("local"),
        plugins: text("plugins"),
        killed: killedSection(present.flatMap((job) => job.killed ?? [])),
        handed: served.map(({ id }) => id),
      };
    },
    handedOver(handed) {
      const ids = new Set(handed);
      for (const job of jobs.values()) {
        job.handedOver(ids);
        if (!job.kept) store.drop(job.script.name);
      }
    },
    status: () => [
      ...present.flatMap((job) => job.status ?? []),
      ...[...faults, ...(store.fault === undefined ? [] : [["cache", store.fault] as const])].map(
        ([name, error]) => ({ name, at: lastTick, seconds: 0, error }),
      ),
    ],
    async stop() {
      stopping.abort();
      await Promise.all(running);
      await store.settled();
    },
  };
}

const firstRunSeconds = (): Promise<void> =>
  sleep(FIRST_RUN_SECONDS * 1000, undefined, { ref: false });

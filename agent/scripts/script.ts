/** What a script is to those who run it, wherever it comes from. */
import type { Outcome } from "../../waitmax/run.ts";
import type { Cached } from "../../wire/header.ts";

/** The kinds that come as executables in a folder. */
export type FolderKind = "plugins" | "local";
/** The part of the report in which a script has its say. */
export type Kind = FolderKind | "mrpe";

export interface Script {
  readonly kind: Kind;
  /** `plugins/300/foo`, `mrpe/ITEM`; `USER:/folder/foo` for what runas.cfg names. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** Seconds; absent for a script that runs in time for every report. */
  readonly interval?: number;
  /** Exit codes that are no failure; 0 unless told. */
  readonly accept?: readonly number[];
  /** What is to be served of a run, as Latin-1 text; `undefined`: what an earlier one said stays. */
  print(run: Run): string | undefined;
}

/** How a script ended. */
export interface Run {
  readonly outcome: Outcome;
  /** Why that is no answer, or no whole one. */
  readonly fault: string | undefined;
  /** For a script with an interval. */
  readonly cached: Cached | undefined;
}

/** Scripts that are there, and what people have got wrong. */
export interface Found {
  readonly scripts: readonly Script[];
  /** What is wrong: `plugins/5min` or `mrpe.cfg:3` -> what is the matter with it. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Reports as a poll would judge them, for tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checks } from "../../poller/checks/index.ts";
import { examine, type Examined } from "../../poller/examine.ts";
import { judging } from "../../poller/judging.ts";
import type { Report } from "../../poller/parse.ts";
import type { Memory } from "../../poller/snapshots.ts";
import { shared } from "../peers.ts";

const judges = judging(checks);
const folder = join(shared.path, "corpus", "dumps");

/** Names of the real agents' reports; none where they are not there. */
export const dumps = shared.there
  ? readdirSync(folder).filter((name) => name.endsWith(".txt"))
  : [];

export const dump = (name: string): Buffer => readFileSync(join(folder, name));

export interface Circumstances {
  /** Epoch seconds of the poll. */
  readonly at?: number;
  readonly memory?: Memory | undefined;
}

/** What the whole catalogue makes of the host that sent a report. */
export function examined(
  report: Report,
  { at = 1_800_000_000, memory }: Circumstances = {},
): Examined {
  const [own] = report.hosts;
  return examine(own?.sections ?? new Map<never, never>(), {
    host: { name: "web1", labels: {}, tags: [] },
    bytes: 0,
    at,
    memory,
    cut: report.cut,
    judging: judges,
  });
}

/**
 * What RAID controllers say of their parts, each in words of its own.
 *
 * Source: MegaCli(8), storcli, tw_cli(8), cfggen, cli64, dmraid(8)
 */
import type { Result } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, type State, UNKNOWN, WARN } from "../judge/state.ts";

export interface RaidPart {
  /** `megaraid`, `storcli`, `3ware`, `lsi`, `areca`, `dmraid`. */
  readonly source: string;
  readonly kind: "array" | "disk" | "battery" | "controller";
  /** As the controller counts: `/c0/v1`, `p3`, a number. */
  readonly name: string;
  /** In the controller's words, but for abbreviations. */
  readonly status: string;
  /** More than the status; what is wrong, of which size. */
  readonly more?: readonly Finding[];
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["optl", "optimal"],
  ["onln", "online"],
  ["offln", "offline"],
  ["ofln", "offline"],
  ["dgrd", "degraded"],
  ["pdgd", "partially degraded"],
  ["rec", "recovery"],
  ["rbld", "rebuild"],
  ["cpybck", "copyback"],
  ["ghs", "global hot spare"],
  ["dhs", "dedicated hot spare"],
  ["ugood", "unconfigured good"],
  ["ubad", "unconfigured bad"],
  ["msng", "missing"],
]);

const WELL =
  /^(?:ok|okay|optimal|online|normal|operational|jbod|ready|verifying|(?:global |dedicated )?hot ?spare|unconfigured[ (]good\)?|opt|onl|learning)$/;
const AT_WORK =
  /^(?:partially degraded|re-?build(?:ing)?|rebuild-paused|recovery|copyback|initializing|init-paused|migrating|verify-paused|smart failure)$/;
const BROKEN =
  /^(?:degraded?|offline|failed|missing|unconfigured[ (]bad\)?|inoperable|incompleted?|drive-removed|not-present|ecc-error|device-error|broken|inconsistent|nosync|need attention)$/;

/** `Onln`, `Online, Spun Up`, `Okay(OKY)` in full and without what stands behind. */
export function statusOf(text: string): string {
  const [first = ""] = text.split(",", 1);
  const word = first
    .trim()
    .replace(/^(\w+)\([A-Z]{3}\)$/, "$1")
    .replaceAll("_", " ")
    .toLowerCase();
  return WORDS.get(word) ?? word;
}

export function stateOf(status: string): State {
  if (WELL.test(status)) return OK;
  if (AT_WORK.test(status)) return WARN;
  return BROKEN.test(status) ? CRIT : UNKNOWN;
}

export const raidMetrics = [
  each(
    (parts: readonly RaidPart[]) => parts,
    { source: ({ source }) => source, kind: ({ kind }) => kind, part: ({ name }) => name },
    [
      gauge("roundsman_raid_healthy", "Whether a part of a RAID is as it should be.", (part) =>
        Number(stateOf(part.status) === OK),
      ),
    ],
  ),
];

/** A service for each part, with what it is called before its name. */
export const raidResults = (title: string, parts: readonly RaidPart[]): Result[] =>
  parts.map(({ name, status, more = [] }) =>
    conclude(`${title} ${name}`, [{ state: stateOf(status), text: status }, ...more], name),
  );

/** Each name once: what was said last. */
export function partsByName(parts: Iterable<RaidPart>): RaidPart[] | undefined {
  const byName = new Map(Array.from(parts, (part) => [part.name, part]));
  return byName.size === 0 ? undefined : [...byName.values()];
}

/** `Key   : value`, in any case. */
export function factOf(line: string): readonly [key: string, value: string] | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) return undefined;
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

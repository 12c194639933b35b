import type { Check } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { percent } from "../judge/format.ts";
import { type Levels, NEVER_BELOW } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, WARN } from "../judge/state.ts";

export interface Multipath {
  /** World-wide identifier. */
  readonly uuid: string;
  /** Empty where it has none. */
  readonly alias: string;
  /** Names of its paths' devices. */
  readonly active: readonly string[];
  readonly broken: readonly string[];
}

interface Params {
  readonly active: Levels;
  readonly expected?: number;
  readonly useAlias: boolean;
}

/**
 * Disks that are reached over several paths.
 *
 * Section: multipath   Source: `multipath -l -v2` (multipath(8))
 * Params: active: ratio of the paths that work, lower; expected: how many must work: else as many as
 *         are listed; useAlias: services are called by the alias, where there is one
 */
export const multipath: Check<readonly Multipath[], Params> = {
  section: "multipath",
  params: { active: NEVER_BELOW, useAlias: false },
  example: { active: { warn: 0.8, crit: 0.5 }, expected: 4 },

  parse(rows) {
    const found = new Map<string, Multipath>();
    let current: ReturnType<typeof readDisk>;
    for (const line of rows.lines()) {
      const disk = readDisk(line);
      const path = readPath(line);
      if (disk) found.set(disk.uuid, (current = disk));
      else if (path) current?.[path.isActive ? "active" : "broken"].push(path.device);
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each(
      (disks: readonly Multipath[]) => disks,
      { multipath: (disk) => disk.uuid, alias: (disk) => disk.alias },
      [
        gauge("roundsman_multipath_paths", "Paths to a disk.", count),
        gauge("roundsman_multipath_paths_active", "Paths that work.", (disk) => disk.active.length),
        gauge(
          "roundsman_multipath_paths_failed",
          "Paths that do not work.",
          (disk) => disk.broken.length,
        ),
      ],
    ),
  ],

  *evaluate(disks, { params }) {
    const items = new Set<string>();
    for (const disk of disks) {
      const { uuid, alias } = disk;
      const wanted = params.useAlias && alias !== "" ? alias : uuid;
      const item = items.has(wanted) ? uuid : wanted;
      items.add(item);
      yield conclude(`Multipath ${item}`, findings(disk, item, params), item);
    }
  },
};

function count({ active, broken }: Multipath): number {
  return active.length + broken.length;
}

function findings(disk: Multipath, item: string, params: Params): Finding[] {
  const { alias, uuid, active, broken } = disk;
  const other = item === uuid ? alias : uuid;
  const total = count(disk);
  const { expected = total } = params;
  const share = total > 0 ? active.length / total : 0;
  const ratio = measured(
    `Paths active: ${percent(share)}`,
    { name: "paths_active_ratio", value: share, levels: { lower: params.active } },
    percent,
  );
  const isJudgedByRatio = Number.isFinite(params.active.warn);
  return [
    { text: other === "" ? "" : `(${other})` },
    ratio,
    {
      state:
        isJudgedByRatio || active.length === expected ? OK : active.length < expected ? CRIT : WARN,
      text: `${active.length} of ${total}${expected === total ? "" : ` (expected: ${expected})`}`,
    },
    { text: broken.length === 0 ? "" : `Broken paths: ${broken.join(", ")}` },
  ];
}

/** `ALIAS (UUID) dm-67 VENDOR,PRODUCT`, `UUID dm-67 …`; in older releases without `dm-`. */
const ALIASED = /^(\S+) ?\(([^\s()]+)\)(?:\s|$)/;
const PLAIN = /^(\S+)\s+dm-\d+(?:\s|$)/;
const PATH = /\s\d+:\d+:\d+:\d+\s+(\S+)\s+\d+:\d+\s+(.*)$/;

function readDisk(line: string) {
  const [, alias = "", uuid = PLAIN.exec(line)?.[1]] = ALIASED.exec(line) ?? [];
  const [active, broken]: [string[], string[]] = [[], []];
  return uuid === undefined ? undefined : { uuid, alias, active, broken };
}

/** `| |- 3:0:1:54 sddz 128:16 active undef running`, `\_ 1:0:0:0 sdb 8:16 [failed][faulty]`. */
function readPath(line: string) {
  const [, device, state = ""] = PATH.exec(line) ?? [];
  return device === undefined ? undefined : { device, isActive: /^\[?active\b/.test(state) };
}

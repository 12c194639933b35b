import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { bytesPerSecond, duration, percent } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, WARN } from "../judge/state.ts";

export interface Raid {
  readonly device: string;
  /** `active`, `inactive`. */
  readonly state: string;
  readonly isReadOnly: boolean;
  /** `raid1`, `raid5`, `linear` …; empty where it is inactive. */
  readonly level: string;
  readonly disks: Disks;
  /** KiB. */
  readonly blocks: number;
  readonly work?: Work | undefined;
}

export interface Disks {
  /** How many there should be. */
  readonly required: number;
  readonly active: number;
  readonly failed: number;
  readonly spare: number;
}

/** What the kernel does with the array. */
export interface Work {
  /** `resync`, `recovery`, `reshape`, `check`. */
  readonly kind: string;
  /** Absent while the work waits: `DELAYED`, `PENDING`. */
  readonly progress?: number | undefined;
  /** KiB. */
  readonly blocksDone?: number | undefined;
  /** Seconds. */
  readonly left?: number | undefined;
  /** Bytes per second. */
  readonly speed?: number | undefined;
}

const STATES = ["active", "inactive", "recovering", "resync", "check"] as const;

/**
 * Software RAID. What has no spare parts by design (raid0) gets no service.
 *
 * Section: md   Source: /proc/mdstat (md(4))
 * Params: none
 */
export const md: Check<readonly Raid[]> = {
  section: "md",
  params: {},

  parse(rows) {
    const found = new Map<string, Raid>();
    let device = "";
    for (const line of rows.lines()) {
      const title = readTitle(line);
      if (title) device = title.device;
      const raid = title ?? found.get(device);
      if (raid) found.set(device, title ?? { ...raid, ...readFact(line, raid) });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each(
      (raids: readonly Raid[]) => raids.flatMap((raid) => STATES.map((state) => ({ raid, state }))),
      { device: ({ raid }) => raid.device, state: ({ state }) => state },
      [
        gauge("node_md_state", "1 for the state that an array is in.", ({ raid, state }) =>
          Number(activity(raid) === state),
        ),
      ],
    ),
    each(
      (raids: readonly Raid[]) =>
        raids.flatMap(({ device, disks }) =>
          (["active", "failed", "spare"] as const).map((state) => ({ device, disks, state })),
        ),
      { device: ({ device }) => device, state: ({ state }) => state },
      [gauge("node_md_disks", "Disks of an array by state.", ({ disks, state }) => disks[state])],
    ),
    each((raids: readonly Raid[]) => raids, { device: (raid) => raid.device }, [
      gauge("node_md_disks_required", "Disks that an array needs.", ({ disks }) => disks.required),
      gauge("node_md_blocks", "Blocks of 1 KiB on an array.", (raid) => raid.blocks),
      gauge("node_md_blocks_synced", "Blocks of 1 KiB that are in step.", ({ work, blocks }) =>
        work ? (work.blocksDone ?? 0) : blocks,
      ),
    ]),
  ],

  *evaluate(raids) {
    for (const raid of raids)
      if (raid.level !== "raid0")
        yield conclude(`MD Softraid ${raid.device}`, findings(raid), raid.device);
  },
};

function findings({ state, isReadOnly, disks, work }: Raid): Finding[] {
  const { required, active, failed, spare } = disks;
  return [
    {
      state: state === "active" ? OK : CRIT,
      text: `Status: ${state}${isReadOnly ? " (read-only)" : ""}`,
    },
    {
      // A disk that failed after another took its place is to be taken out.
      state: active < required ? CRIT : failed > 0 ? WARN : OK,
      text: `Spare: ${spare}, Failed: ${failed}, Active: ${active}`,
    },
    ...(active < required ? [{ text: `${active} of ${required} disks` }] : []),
    ...(work ? [progress(work)] : []),
  ];
}

function progress({ kind, progress, left, speed }: Work): Finding {
  const parts = [
    progress === undefined ? "waits" : percent(progress),
    ...(left === undefined ? [] : [`finished in ${duration(left)}`]),
    ...(speed === undefined ? [] : [bytesPerSecond(speed)]),
  ];
  const title = `[${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}]`;
  return { state: kind === "check" ? OK : WARN, text: `${title} ${parts.join(", ")}` };
}

function activity({ state, work }: Raid): string {
  if (state !== "active" || work === undefined) return state;
  return work.kind === "recovery" ? "recovering" : work.kind;
}

const TITLE = /^(\S+) ?: (\S+?)((?: ?\((?:auto-)?read-only\))?)(?: (.+))?$/;
const DISK = /^\S+\[\d+\](.*)$/;
const BLOCKS = /^(\d{1,18}) blocks/;
const COUNTS = /\[(\d{1,6})\/(\d{1,6})\]/;
const WORK = /(resync|recovery|reshape|check) ?= ?(?:(\d{1,3}(?:\.\d{1,9})?)%|DELAYED|PENDING)/;
const DONE = /\((\d{1,18})\/\d{1,18}\)/;
const FINISH = /finish=(\d{1,12}(?:\.\d{1,9})?)min/;
const SPEED = /speed=(\d{1,15})K\/sec/;

/** `md0 : active raid1 sda1[0] sdb1[1](F)`. */
function readTitle(line: string): Raid | undefined {
  const [, device, state, mode = "", rest = ""] = TITLE.exec(line) ?? [];
  if (device === undefined || state === undefined || !/^(in)?active$/.test(state)) return undefined;
  const words = rest.split(/\s+/);
  const [level = ""] = words;
  const flags = words.flatMap((word) => DISK.exec(word)?.[1] ?? []);
  const having = (flag: string): number => flags.filter((one) => one.includes(flag)).length;
  const [failed, spare] = [having("(F)"), having("(S)")];
  const active = flags.length - failed - spare;
  return {
    device,
    state,
    isReadOnly: mode !== "",
    level: DISK.test(level) ? "" : level,
    disks: { required: active, active, failed, spare },
    blocks: 0,
  };
}

/** What the lines below say: blocks, how many disks there are of how many, work. */
function readFact(line: string, { disks }: Raid): Partial<Raid> {
  const [, blocks] = BLOCKS.exec(line) ?? [];
  if (blocks !== undefined) {
    const [, required, active] = COUNTS.exec(line) ?? [];
    const counts =
      required === undefined ? {} : { required: Number(required), active: Number(active) };
    return { blocks: Number(blocks), disks: { ...disks, ...counts } };
  }
  const [all, kind, ratio] = WORK.exec(line) ?? [];
  if (all === undefined || kind === undefined) return {};
  const number = (pattern: RegExp, unit: number): number | undefined => {
    const [, text] = pattern.exec(line) ?? [];
    return text === undefined ? undefined : Number(text) * unit;
  };
  return {
    work: {
      kind,
      progress: ratio === undefined ? undefined : Number(ratio) / 100,
      blocksDone: number(DONE, 1),
      left: number(FINISH, 60),
      speed: number(SPEED, 1024),
    },
  };
}

/**
 * What `stat -f` says of file systems that other hosts serve.
 *
 * Source: statfs(2), by stat(1)
 */
import type { Result } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, UNKNOWN, WARN } from "../judge/state.ts";
import { space } from "./space.ts";

export interface NetworkMount {
  readonly mountpoint: string;
  /** `server:/export`; empty where the agent does not tell. */
  readonly source: string;
  /** `ok`, `hanging`, `Permission denied`. */
  readonly state: string;
  readonly blocks?: Blocks | undefined;
}

export interface Blocks {
  readonly total: number;
  readonly free: number;
  /** Free for anyone. */
  readonly available: number;
  /** Bytes of a block. */
  readonly size: number;
}

export interface MountParams {
  /** Ratio of the size. */
  readonly used: Levels;
}

export const mountParams: MountParams = { used: NEVER };

const LINE =
  /^(.+?)\s(ok|hanging|Permission denied)(?:\s(-?\d{1,20})\s(-?\d{1,20})\s(-?\d{1,20})\s(-?\d{1,20}))?$/;

/** `MOUNTPOINT ok TOTAL FREE AVAILABLE BLOCKSIZE`; of mounts at one place, the last. */
export function readMountLines(lines: Iterable<string>): NetworkMount[] {
  const found = new Map<string, NetworkMount>();
  for (const line of lines) {
    const [, mountpoint, state = "", ...numbers] = LINE.exec(line) ?? [];
    if (mountpoint === undefined) continue;
    const [total = 0, free = 0, available = 0, size = 0] = numbers.map((text) => Number(text));
    const isCounted = numbers[0] !== undefined;
    const blocks = isCounted ? { total, free, available, size } : undefined;
    found.set(mountpoint, { mountpoint, source: "", state, blocks });
  }
  return [...found.values()];
}

const sized =
  (read: (blocks: Blocks) => number) =>
  ({ blocks }: NetworkMount): number | undefined =>
    blocks && blocks.total > 0 ? read(blocks) * blocks.size : undefined;

export const networkMountMetrics = each(
  (mounts: readonly NetworkMount[]) => mounts,
  { mountpoint: (mount) => mount.mountpoint, source: (mount) => mount.source },
  [
    gauge(
      "roundsman_network_mount_hanging",
      "Whether the server of a mount does not answer.",
      ({ state }) => Number(state === "hanging"),
    ),
    gauge(
      "roundsman_network_mount_size_bytes",
      "Size in bytes.",
      sized(({ total }) => total),
    ),
    gauge(
      "roundsman_network_mount_free_bytes",
      "Free bytes, with those that only root may use.",
      sized(({ free }) => free),
    ),
    gauge(
      "roundsman_network_mount_avail_bytes",
      "Free bytes for anyone.",
      sized(({ available }) => available),
    ),
  ],
);

/** One service for each mount: `NFS mount /home`. */
export function* judgeMounts(
  kind: "NFS" | "CIFS",
  mounts: readonly NetworkMount[],
  params: MountParams,
): Generator<Result, void> {
  for (const mount of mounts)
    yield conclude(`${kind} mount ${mount.mountpoint}`, findings(mount, params), mount.mountpoint);
}

function findings({ source, state, blocks }: NetworkMount, { used }: MountParams): Finding[] {
  const from = { text: source && `from ${source}`, quiet: true };
  if (state === "hanging") return [{ state: CRIT, text: "the server does not answer" }, from];
  if (state === "Permission denied") return [{ state: CRIT, text: state }, from];
  if (state !== "ok") return [{ state: UNKNOWN, text: `unknown state ${state}` }, from];
  if (blocks && (blocks.total < 0 || blocks.free < 0 || blocks.available < 0))
    return [{ state: WARN, text: "stale file handle" }, from];
  return [
    { text: "the server answers" },
    ...(blocks ? space(blocks.total * blocks.size, blocks.available * blocks.size, used) : []),
    from,
  ];
}

/**
 * How mounted network file systems answer. Each is asked by a process of its own, all of them side
 * by side, so that those that hang cost one deadline together, and the agent itself none.
 */
import { attempt } from "./attempt.ts";
import { readMounts, type Mount } from "./mountinfo.ts";
import type { System } from "../section.ts";
import { sideBySide } from "./side_by_side.ts";

/** Blocks of `blockSize` bytes: all, free, and free for everybody. */
export interface Usage {
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly blockSize: number;
}

export interface Asked {
  readonly mount: Mount;
  /** Absent where it does not answer, or not well. */
  readonly usage?: Usage;
  /** Why there is no usage. */
  readonly error?: string;
}

const HOLDS_SECONDS = 30;
const MOUNTS_SECONDS = 3600;
/** Hosts with more mounts than this need more than one deadline when all of them hang. */
const AT_ONCE = 64;
const ANSWER = /^(\d+) (\d+) (\d+) (\d+)\s*$/;

/**
 * All of these types, in the kernel's order, as of the last half minute; `undefined` where stat(1)
 * is missing or mounts are not to be seen.
 *
 * Source: /proc/self/mountinfo; `stat -f`, see statfs(2).
 */
export async function askMounts(
  system: System,
  types: RegExp,
  deadlineSeconds: number,
): Promise<readonly Asked[] | undefined> {
  const of = system.read("/proc/self/mountinfo");
  if (of === undefined) return undefined;
  const mounts = await system.memo(`mounts ${types.source}`, { of, seconds: MOUNTS_SECONDS }, () =>
    readMounts(of).filter(({ type }) => types.test(type)),
  );
  return system.memo(
    `answers ${types.source}`,
    { of: mounts.map(({ mountpoint }) => mountpoint).join("\n"), seconds: HOLDS_SECONDS },
    async () => {
      const all = await sideBySide(mounts, AT_ONCE, (mount) => ask(system, mount, deadlineSeconds));
      const asked = all.filter((one) => one !== undefined);
      return asked.length === all.length ? asked : undefined;
    },
  );
}

/** `undefined` where there is no stat(1). */
async function ask(
  system: System,
  mount: Mount,
  deadlineSeconds: number,
): Promise<Asked | undefined> {
  const command = ["stat", "-f", "-c", "%b %f %a %s", "--", mount.mountpoint] as const;
  const { value, error } = await attempt(system.run(command, { deadlineSeconds }));
  if (error !== undefined) return { mount, error };
  if (value === undefined) return undefined;
  const [total, free, available, blockSize] = ANSWER.exec(value)?.slice(1).map(Number) ?? [];
  if (total === undefined || free === undefined || available === undefined || !blockSize)
    return { mount, error: `${mount.mountpoint}: no sizes in ${JSON.stringify(value)}` };
  return { mount, usage: { total, free, available, blockSize } };
}

import { type Check, ParseError } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { OK, WARN } from "../judge/state.ts";

export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly options: readonly string[];
}

/** By mount point: the one that is seen there, mounted last. */
export type Mounts = ReadonlyMap<string, Mount>;

/** Options that change without anybody's doing. */
const VOLATILE = /^(commit|localalloc|subvol|subvolid)=/;

/**
 * How local file systems are mounted.
 *
 * Section: mounts   Source: /proc/mounts (fstab(5))
 * Params: none
 */
export const mounts: Check<Mounts> = {
  section: "mounts",
  params: {},

  parse(rows) {
    const found = new Map<string, Mount>();
    for (const row of rows) {
      const [device, place, fstype, options] = row.slice(0, 4).map(unescaped);
      if (device === undefined || place === undefined || !fstype || !options)
        throw new ParseError("not a mount", row.join(" "));
      found.set(place, { device, mountpoint: place, fstype, options: options.split(",") });
    }
    return found.size === 0 ? undefined : found;
  },

  metrics: [
    each(
      (all: Mounts) => all.values(),
      {
        device: (mount) => mount.device,
        fstype: (mount) => mount.fstype,
        mountpoint: (mount) => mount.mountpoint,
      },
      [
        gauge("node_filesystem_readonly", "Whether nothing can be written there.", (mount) =>
          isReadOnly(mount) ? 1 : 0,
        ),
      ],
    ),
  ],

  baseline: (all) =>
    Object.fromEntries(
      Array.from(all.values(), ({ mountpoint, options }) => [mountpoint, options.join(",")]),
    ),

  *evaluate(all, { baseline = {} }) {
    for (const mount of all.values()) {
      const { mountpoint } = mount;
      const before = baseline[mountpoint]?.split(",");
      const changes = before ? differences(mount.options, before) : [];
      yield conclude(
        `Mount options of ${mountpoint}`,
        [
          { text: isReadOnly(mount) ? "read-only" : "writable" },
          { state: changes.length === 0 ? OK : WARN, text: changes.join(", ") },
          { text: mount.options.join(","), quiet: true },
        ],
        mountpoint,
      );
    }
  },
};

const isReadOnly = ({ options }: Mount): boolean => options.includes("ro");

function differences(now: readonly string[], before: readonly string[]): string[] {
  const apart = (some: readonly string[], others: readonly string[]): string[] =>
    some.filter((option) => !VOLATILE.test(option) && !others.includes(option));
  return [
    ...apart(now, before).map((option) => `now ${option}`),
    ...apart(before, now).map((option) => `no longer ${option}`),
  ];
}

/** Blanks and backslashes are written as octal numbers there. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { percent } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface FileHandles {
  readonly allocated: number;
  /** How many the kernel allows. */
  readonly maximum: number;
}

interface Params {
  readonly used: Levels;
}

/**
 * Files that are open on the whole host.
 *
 * Section: roundsman_filefd   Source: /proc/sys/fs/file-nr: allocated, free, maximum
 *          (Documentation/admin-guide/sysctl/fs.rst)
 * Params: used: ratio of the files allowed
 */
export const roundsmanFilefd: Check<FileHandles, Params> = {
  section: "roundsman_filefd",
  params: { used: { warn: 0.7, crit: 0.9 } },

  parse(rows) {
    const [row] = rows;
    if (row === undefined) return undefined;
    const [allocated, , maximum] = row.map(integer);
    if (allocated === undefined || maximum === undefined)
      throw new ParseError("not the three numbers of file-nr", row.join(" "));
    return { allocated, maximum };
  },

  metrics: [
    gauge("node_filefd_allocated", "Files that are open.", ({ allocated }) => allocated),
    gauge("node_filefd_maximum", "Files that may be open.", ({ maximum }) => maximum),
  ],

  *evaluate({ allocated, maximum }, { params }) {
    const share = maximum > 0 ? ` - ${percent(allocated / maximum)} of ${maximum}` : "";
    yield conclude("Open files", [
      measured(`${allocated}${share}`, {
        name: "open_files",
        value: allocated,
        levels: { upper: maximum > 0 ? scaled(params.used, maximum) : undefined },
        min: 0,
        max: maximum,
      }),
    ]);
  },
};

import { type Check, ParseError } from "../judge/check.ts";
import { each, gauge } from "../judge/metrics.ts";

/** Texts of uname(2). */
export interface Uname {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  readonly nodename: string;
  readonly domainname: string;
}

/**
 * What kernel a host runs, and what it calls itself; no service comes of it.
 *
 * Section: roundsman_uname   Source: the files of these names in /proc/sys/kernel
 *          (Documentation/admin-guide/sysctl/kernel.rst); machine: uname(2)
 * Params: none
 */
export const roundsmanUname: Check<Uname> = {
  section: "roundsman_uname",
  params: {},

  parse(rows) {
    const found = new Map<string, string>();
    for (const line of rows.lines()) {
      const [name = ""] = line.split(" ", 1);
      found.set(name, line.slice(name.length).trimStart());
    }
    if (found.size === 0) return undefined;
    const text = (name: string): string => found.get(name) ?? "";
    const [sysname, release] = [text("ostype"), text("osrelease")];
    if (sysname === "" || release === "")
      throw new ParseError("neither ostype nor osrelease may be missing");
    return {
      sysname,
      release,
      version: text("version"),
      machine: text("machine"),
      nodename: text("hostname"),
      domainname: text("domainname"),
    };
  },

  metrics: [
    each(
      (uname: Uname) => [uname],
      {
        sysname: ({ sysname }) => sysname,
        release: ({ release }) => release,
        version: ({ version }) => version,
        machine: ({ machine }) => machine,
        nodename: ({ nodename }) => nodename,
        domainname: ({ domainname }) => domainname,
      },
      [gauge("node_uname_info", "The kernel and the host's name; always 1.", () => 1)],
    ),
  ],

  evaluate: () => [],
};

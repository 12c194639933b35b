import { readFileSync } from "node:fs";

export interface Group {
  readonly name: string;
  readonly gid: number;
  /** Users who are in it besides those whose main group it is. */
  readonly members: readonly string[];
}

/** Those of group(5). */
export const groups = (): readonly Group[] =>
  Array.from(
    readFileSync("/etc/group", "utf8").matchAll(/^([^:\n]+):[^:\n]*:(\d+):(.*)$/gm),
    ([, name = "", gid, members = ""]) => ({ name, gid: Number(gid), members: members.split(",") }),
  );

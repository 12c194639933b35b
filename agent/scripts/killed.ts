/** The scripts that had to be ended, told as Checkmk's agent does: `timeout|plugins_foo|60|4711`. */
import { formatHeader } from "../../wire/header.ts";
import type { Script } from "./script.ts";

export interface Killed {
  readonly script: Pick<Script, "kind" | "name">;
  /** `killfailed`: it lives on. */
  readonly how: "timeout" | "killfailed";
  /** How long it had. */
  readonly seconds: number;
  readonly pid: number;
}

/** A section, or nothing where there is nothing to tell. */
export const killedSection = (killed: readonly Killed[]): string =>
  killed.length === 0
    ? ""
    : `${formatHeader("checkmk_cached_plugins", { separator: "|".charCodeAt(0) })}\n` +
      killed.map(killedLine).join("");

/** `plugins/300/foo` is `plugins_300/foo`. */
function killedLine({ script: { kind, name }, how, seconds, pid }: Killed): string {
  const bare = name.startsWith(`${kind}/`) ? name.slice(kind.length + 1) : name;
  const shown = Buffer.from(bare.replace(/[|\s]/g, "_"), "utf8").toString("latin1");
  return `${how}|${kind}_${shown}|${Math.ceil(seconds)}|${pid}\n`;
}

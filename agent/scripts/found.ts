/** Every script that there is right now, wherever people may put one. */
import { join } from "node:path";
import { findScripts } from "./folders.ts";
import { findChecks } from "./mrpe.ts";
import { readRunAs, type RunAs } from "./runas.ts";
import type { Found, Script } from "./script.ts";

export interface Places {
  readonly pluginsDir: string;
  readonly localDir: string;
  /** Where mrpe.cfg and runas.cfg are. */
  readonly configDir: string;
}

/** In name order by place; those of runas.cfg last. Never rejects. */
export async function findAll({ pluginsDir, localDir, configDir }: Places): Promise<Found> {
  const { entries, faults } = await readRunAs(join(configDir, "runas.cfg"));
  const found = await Promise.all([
    findScripts({ kind: "plugins", path: pluginsDir, label: "plugins", user: "-" }),
    findScripts({ kind: "local", path: localDir, label: "local", user: "-" }),
    findChecks({ path: join(configDir, "mrpe.cfg"), label: "mrpe", user: "-" }),
    ...entries.map(findOthers),
  ]);
  return merge([...found, { scripts: [], faults }]);
}

function findOthers({ type, user, path }: RunAs): Promise<Found> {
  const label = user === "-" ? path : `${user}:${path}`;
  return type === "mrpe"
    ? findChecks({ path, label, user })
    : findScripts({ kind: type === "plugin" ? "plugins" : "local", path, label, user });
}

/** A name stands for one script: what is there twice runs once. */
function merge(found: readonly Found[]): Found {
  const scripts = new Map<string, Script>();
  const faults = new Map(found.flatMap((part) => [...part.faults]));
  for (const script of found.flatMap((part) => part.scripts)) {
    if (scripts.has(script.name)) faults.set(script.name, "is there twice: the first counts");
    else scripts.set(script.name, script);
  }
  return { scripts: [...scripts.values()], faults };
}

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { environment } from "../../agent/scripts/environment.ts";
import { scripts, type Scripts, type ScriptsOptions } from "../../agent/scripts/scripts.ts";
import { folder } from "../waitmax/programs.ts";

export interface House extends Scripts {
  readonly top: string;
  readonly stateDir: string;
  /** Puts a script in a folder: a body for the shell, or a program of the fixtures. */
  put(name: string, body: string): void;
  /** Puts a file there. */
  write(name: string, text: string): void;
  remove(name: string): void;
}

/** Scripts in folders of their own, or in those of another house. */
export function house(options: Partial<ScriptsOptions> = {}, top = folder()): House {
  const stateDir = join(top, "state");
  const [pluginsDir, localDir] = [join(top, "plugins"), join(top, "local")];
  for (const path of [stateDir, pluginsDir, localDir]) mkdirSync(path, { recursive: true });
  const env = environment({ pluginsDir, stateDir, configDir: top }, process.env);
  const places = { pluginsDir, localDir, configDir: top, stateDir };
  const all = scripts({ ...places, env, deadlineSeconds: 20, ...options });
  onTestFinished(() => all.stop());
  const place = (name: string): string => {
    const path = join(top, name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  return {
    ...all,
    top,
    stateDir,
    put(name, body) {
      if (body.startsWith("/")) copyFileSync(body, place(name));
      else writeFileSync(place(name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    },
    write: (name, text) => writeFileSync(place(name), text),
    remove: (name) => rmSync(join(top, name)),
  };
}

/** What is told of a script. */
export const statusOf = (all: Scripts, name: string) =>
  all.status().find((status) => status.name === name);

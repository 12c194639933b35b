/** Hosts to collect from: the one of the fixtures, and such as a test makes up. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { AgentSection, System } from "../../../agent/section.ts";
import { system } from "../../../agent/system.ts";
import { formatHeader } from "../../../wire/header.ts";
import { top } from "../../peers.ts";

/** When it is on `web1`. */
export const NOW = 1795000000;
const WEB1 = join(top, "test/fixtures/hosts/web1");

/** A web server with LVM, a FUSE disk, an NFS mount, and a process of each kind. */
export function web1({ now = () => NOW }: { now?: () => number } = {}): System {
  const host = system({ root: WEB1, path: join(WEB1, "usr/bin"), now });
  onTestFinished(() => host.close());
  return host;
}

export interface MadeUp {
  readonly host: System;
  /** The folder that stands for "/". */
  readonly root: string;
  /** Writes a file of the host; what lies in /usr/bin, or begins with `#!`, can be run. */
  readonly write: (path: string, text: string) => void;
  /** Makes a symbolic link of the host. */
  readonly link: (path: string, target: string) => void;
}

/** A host that has these files and nothing else. Texts are Latin-1. */
export function madeUp(
  files: Readonly<Record<string, string>>,
  { now = () => NOW }: { now?: () => number } = {},
): MadeUp {
  const root = mkdtempSync(join(tmpdir(), "roundsman-host-"));
  const host = system({ root, path: join(root, "usr/bin"), now });
  onTestFinished(() => {
    host.close();
    rmSync(root, { recursive: true });
  });
  const write = (path: string, text: string): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, "latin1");
    if (path.startsWith("/usr/bin/") || text.startsWith("#!")) chmodSync(file, 0o755);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return { host, root, write, link };
}

/** The machine that the tests run on. */
export function thisMachine(): System {
  const host = system();
  onTestFinished(() => host.close());
  return host;
}

/** A section as it goes over the wire, decoded as UTF-8. */
export async function collect(section: AgentSection, host: System): Promise<string | undefined> {
  const body = await section.collect(host);
  if (body === undefined) return undefined;
  const { name, separator } = section;
  const parts = typeof body === "string" ? [{ separator, text: body }] : body;
  const text = parts.map((part) => `${formatHeader(name, part)}\n${part.text}`).join("");
  return Buffer.from(text, "latin1").toString("utf8");
}

/** What a section had to do without. */
export async function lackOf(section: AgentSection, host: System): Promise<readonly string[]> {
  const body = await section.collect(host);
  return typeof body === "object" ? body.flatMap(({ error }) => error ?? []) : [];
}

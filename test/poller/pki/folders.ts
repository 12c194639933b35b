import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { initAuthority, issueAgent, issuePoller } from "../../../poller/pki/authority.ts";
import { PkiFolder } from "../../../poller/pki/folder.ts";

export const DAY_MS = 86_400_000;

/** A moment; what is issued at it holds at the real time of the test as well. */
export const now = new Date();
export const later = (days: number): Date => new Date(now.getTime() + days * DAY_MS);

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

/** A folder below a temporary one, not made yet. */
export async function newFolder(): Promise<PkiFolder> {
  const parent = await mkdtemp(join(tmpdir(), "roundsman-pki-"));
  made.push(parent);
  return new PkiFolder(join(parent, "pki"));
}

/** With an authority, an agent `web1` (also 127.0.0.1) and the poller. */
export async function filledFolder(): Promise<PkiFolder> {
  const folder = await newFolder();
  await initAuthority(folder, { now });
  await issueAgent(folder, ["web1", "127.0.0.1"], { now });
  await issuePoller(folder, { now });
  return folder;
}

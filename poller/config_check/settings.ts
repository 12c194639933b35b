/** Settings that are allowed and hardly meant, and the folder and the file beside the config. */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Config } from "../config.ts";
import { readWebConfig, type WebConfig } from "../http/web_config.ts";
import { stateDirectory } from "../memory/store.ts";
import { formatDuration } from "../units.ts";
import { ConfigError } from "../yaml.ts";
import { certificateFindings } from "./certificates.ts";
import { isLoopback } from "./files.ts";
import { type Finding, placed, type Placed, type Severity } from "./findings.ts";
import type { Salvaged } from "./salvage.ts";

/** Of what is older Prometheus says nothing (`--query.lookback-delta`). */
const LOOKBACK_SECONDS = 300;

/** What is hardly meant; `web` is how HTTP is protected. */
export function settingsFindings(
  config: Config,
  web: WebConfig | undefined,
  pathOf: Salvaged["pathOf"],
): Placed[] {
  const { listen, poll, rules, probeAny } = config;
  const found: Placed[] = [];
  const say = (severity: Severity, path: Placed["path"], message: string): void =>
    void found.push({ severity, path, message });
  const isOpen = !isLoopback(listen.host) && !isProtected(web);
  if (isOpen) say("warning", ["listen"], "is open to whoever can connect: use a web_config");
  if (probeAny && isOpen)
    say("warning", ["probe_any"], "lets whoever can connect have it connect anywhere");
  if (poll.intervalSeconds >= LOOKBACK_SECONDS)
    say(
      ...(["warning", ["poll", "interval"]] as const),
      `Prometheus looks back for ${formatDuration(LOOKBACK_SECONDS)} only: there will be gaps`,
    );
  for (const [i, { forSeconds = Infinity }] of rules.entries())
    if (forSeconds < poll.intervalSeconds)
      say(
        ...(["note", [...pathOf("rules", i), "for"]] as const),
        `is shorter than the interval of ${formatDuration(poll.intervalSeconds)}: it ends with the next poll`,
      );
  return found;
}

const isProtected = (web: WebConfig | undefined): boolean =>
  web !== undefined && (web.users.size > 0 || (web.tls?.clients.startsWith("Require") ?? false));

/** Whether state can be kept, by whoever checks; nothing is made or changed. */
export function stateFindings({ stateDir }: Config): Placed[] {
  const folder = resolve(stateDir ?? stateDirectory());
  const path = ["state_dir"];
  try {
    const nearest = nearestOf(folder);
    if (!statSync(nearest).isDirectory())
      return [{ severity: "error", path, message: `${nearest} is no folder` }];
    accessSync(nearest, constants.W_OK);
    return [];
  } catch {
    const message = `${folder} cannot be written by whoever runs this`;
    return [{ severity: "warning", path, message }];
  }
}

/** The folder itself, or what is there of those above it. */
function nearestOf(path: string): string {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere || path === dirname(path) ? path : nearestOf(dirname(path));
}

/** How HTTP is protected, and what is wrong with the file that says so. */
export async function webFindings(
  file: string | undefined,
): Promise<{ readonly web: WebConfig | undefined; readonly findings: readonly Finding[] }> {
  if (file === undefined) return { web: undefined, findings: [] };
  try {
    const web = await readWebConfig(file);
    const [, cert, key] = web.tls ? web.files : [];
    const found = await certificateFindings({ cert, key });
    const remarks = found.map((one) => ({
      ...one,
      path: ["tls_server_config", `${String(one.path[0])}_file`],
    }));
    return { web, findings: placed(readFileSync(file, "utf8"), file, remarks) };
  } catch (error) {
    const lines = error instanceof ConfigError ? error.findings : [(error as Error).message];
    return { web: undefined, findings: lines.map((line) => ({ severity: "error", line })) };
  }
}

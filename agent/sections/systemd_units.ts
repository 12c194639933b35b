/**
 * Services and sockets of systemd: what is enabled, how each one is, and the list of all.
 *
 * Source: systemctl(1). The list of all is from the last minute, the rest from the last quarter of
 * an hour: together they cost half a second of CPU.
 */
import { attempt, type Attempt } from "../readings/attempt.ts";
import type { AgentSection, Body, System } from "../section.ts";

const LIST_SECONDS = 60;
const STATUS_SECONDS = 900;
/** As systemctl(1) has them for units that do not run, or are not known. */
const STATUS_CODES = [0, 3, 4];
const UNITS = ["--type", "service", "--type", "socket", "--full", "--no-pager"];
const TABLE = [...UNITS, "--no-legend", "--plain"];

export const systemdUnits: AgentSection = {
  name: "systemd_units",
  async collect(system): Promise<Body | undefined> {
    if (!system.list("/run/systemd").includes("system")) return undefined;
    const all = await system.memo("systemd units", { seconds: LIST_SECONDS }, () =>
      ask(system, ["list-units", "--all", ...TABLE]),
    );
    if (all === undefined) return undefined;
    const files = await askRarely(system, ["list-unit-files", ...TABLE]);
    const status = await askRarely(system, ["status", "--all", "--lines", "0", ...UNITS]);
    const text = `[list-unit-files]\n${files.value ?? ""}[status]\n${status.value ?? ""}[all]\n${all}`;
    return [{ text, error: files.error ?? status.error }];
  },
};

/** What the list of all can do without; after a failure it is asked for again with the next list. */
const askRarely = (system: System, args: readonly string[]): Promise<Attempt<string | undefined>> =>
  system.memo(
    `systemctl ${String(args[0])}`,
    { seconds: ({ error }) => (error === undefined ? STATUS_SECONDS : LIST_SECONDS) },
    () => attempt(ask(system, args)),
  );

/** With columns one blank apart. */
async function ask(system: System, args: readonly string[]): Promise<string | undefined> {
  const text = await system.run(["systemctl", ...args], { accept: STATUS_CODES });
  return text?.replace(/ +/g, " ");
}

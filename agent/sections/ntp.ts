/**
 * Servers that ntpd(8) takes the time from, at most half a minute old; the first column is apart, and
 * `%` where it was blank. Nothing where no ntpd answers.
 *
 * Source: `ntpq -np`
 */
import { paced } from "../readings/paced.ts";
import type { AgentSection } from "../section.ts";

const HOLDS_SECONDS = 30;
/** 1: nobody answers, as on a host that keeps its time otherwise. */
const OPTIONS = { accept: [0, 1], deadlineSeconds: 5 };
const TITLE_LINES = 2;

export const ntp: AgentSection = {
  name: "ntp",
  async collect(system) {
    const table = await paced(system, "ntp", HOLDS_SECONDS, () =>
      system.run(["ntpq", "-np"], OPTIONS),
    );
    const lines = table?.split("\n").slice(0, -1) ?? [];
    if (lines.length < TITLE_LINES) return undefined;
    const columns = (line: string): string => `${line.charAt(0).trim() || "%"} ${line.slice(1)}\n`;
    return lines.slice(TITLE_LINES).map(columns).join("");
  },
};

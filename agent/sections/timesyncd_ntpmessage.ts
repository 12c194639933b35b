/**
 * The last answer that systemd-timesyncd got, at most a minute old, and the time zone that its times
 * are in.
 *
 * Source: `timedatectl show-timesync`, the link /etc/localtime
 */
import type { AgentSection } from "../section.ts";
import { askTimesyncd } from "../readings/timesyncd.ts";

const NEWLINE = 10;
const UTC = "UTC";

export const timesyncdNtpmessage: AgentSection = {
  name: "timesyncd_ntpmessage",
  separator: NEWLINE,
  async collect(system) {
    const message = await askTimesyncd(system, "show-timesync", "--property=NTPMessage");
    if (message === undefined) return undefined;
    const zone = system.readLink("/etc/localtime")?.split("/zoneinfo/")[1] ?? UTC;
    return `${message}Timezone=${zone}\n`;
  },
};

import type { Check } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { epochOf } from "../judge/wall_clock.ts";
import { OK, WARN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";

export interface NtpMessage {
  /** Epoch seconds; absent where the time, or its zone, cannot be read. */
  readonly received?: number | undefined;
  /** As the host writes it. */
  readonly text: string;
}

interface Params {
  readonly age: Levels;
}

/**
 * The last answer that systemd-timesyncd got; a service of its own beside that of `timesyncd`, so that
 * each tells what its section tells.
 *
 * Section: timesyncd_ntpmessage   Source: `timedatectl show-timesync`, the link /etc/localtime
 * Params: age: seconds since the answer came
 */
export const timesyncdNtpmessage: Check<NtpMessage, Params> = {
  section: "timesyncd_ntpmessage",
  params: { age: { warn: 3600, crit: 7200 } },

  parse(rows) {
    let text: string | undefined;
    let zone = "UTC";
    for (const line of rows.lines()) {
      if (line.startsWith("NTPMessage=")) text = line.slice("NTPMessage=".length);
      else if (line.startsWith("Timezone=")) zone = line.slice("Timezone=".length);
    }
    if (text === undefined) return undefined;
    const [, shown] = RECEIVED.exec(text) ?? [];
    return { text, received: shown === undefined ? undefined : epochOf(shown, zone) };
  },

  metrics: [
    gauge(
      "roundsman_ntp_received_timestamp_seconds",
      "When the clock's server last answered, in epoch seconds.",
      (message) => message.received,
    ),
  ],

  *evaluate({ received, text }, { params, at }) {
    const value = since(at, received);
    yield conclude("Systemd Timesyncd Message", [
      value === undefined
        ? { state: text === "" ? OK : WARN, text: "it is not known when it came" }
        : measured(
            `Time since last NTP message: ${duration(value)}`,
            { name: "last_sync_receive_time", value, levels: { upper: params.age } },
            duration,
          ),
    ]);
  },
};

/** When the answer reached the host. */
const RECEIVED = /\bDestinationTimestamp=(?:\w{3} )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/;

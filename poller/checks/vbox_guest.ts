import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, UNKNOWN } from "../judge/state.ts";

export interface Guest {
  /** Of the guest additions; absent where none run. */
  readonly version?: string | undefined;
  readonly revision?: string | undefined;
  /** Of the VirtualBox around the guest. */
  readonly hostVersion?: string | undefined;
  readonly isUnreadable: boolean;
}

const PROPERTY = /^Name: \/VirtualBox\/(\S+), value: ([^,]*)/;

/**
 * VirtualBox's additions in a guest.
 *
 * Section: vbox_guest   Source: `VBoxControl guestproperty enumerate`; empty on all other hosts
 * Params: none
 */
export const vboxGuest: Check<Guest> = {
  section: "vbox_guest",
  params: {},

  parse(rows) {
    const lines = [...rows.lines()];
    if (lines.length === 0) return undefined;
    const properties = new Map<string, string>();
    for (const line of lines) {
      const [, name, value = ""] = PROPERTY.exec(line) ?? [];
      if (name !== undefined && value !== "") properties.set(name, value);
    }
    return {
      version: properties.get("GuestAdd/Version"),
      revision: properties.get("GuestAdd/Revision"),
      hostVersion: properties.get("HostInfo/VBoxVer"),
      isUnreadable: lines[0] === "ERROR",
    };
  },

  metrics: [
    each(
      ({ version, hostVersion }: Guest) =>
        version === undefined ? [] : [{ version, hostVersion: hostVersion ?? "" }],
      { version: ({ version }) => version, host_version: ({ hostVersion }) => hostVersion },
      [gauge("roundsman_vbox_guest_info", "VirtualBox inside and around; always 1.", () => 1)],
    ),
  ],

  *evaluate({ version, revision, hostVersion, isUnreadable }) {
    yield conclude("VBox Guest Additions", [
      isUnreadable
        ? { text: "VBoxControl failed", state: UNKNOWN }
        : version === undefined
          ? { text: "not running", state: CRIT }
          : { text: `version ${version}` },
      { text: revision === undefined ? "" : `revision ${revision}` },
      { text: hostVersion === undefined ? "" : `VirtualBox ${hostVersion}` },
    ]);
  },
};

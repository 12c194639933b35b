/**
 * Properties of a guest of VirtualBox: `Name: x, value: y`. On any other host the section is empty.
 *
 * Source: `VBoxControl guestproperty enumerate`, asked once a minute where its kernel module is loaded
 */
import { paced } from "../readings/paced.ts";
import type { AgentSection, System } from "../section.ts";

const ASK_SECONDS = 60;
const ENUMERATE = ["VBoxControl", "-nologo", "guestproperty", "enumerate"] as const;

export const vboxGuest: AgentSection = {
  name: "vbox_guest",
  collect: (system) => paced(system, "VBoxControl", ASK_SECONDS, () => properties(system)),
};

/** Without the time and flags that follow each value. */
async function properties(system: System): Promise<string> {
  if (!/^vboxguest /m.test(system.readOnce("/proc/modules") ?? "")) return "";
  const lines = (await system.run(ENUMERATE))?.match(/^.+$/gm) ?? [];
  return lines.map((line) => `${line.split(",", 2).join(",")}\n`).join("");
}

import type { Check } from "../judge/check.ts";
import { each, gauge } from "../judge/metrics.ts";

/** Facts by their names: `name`, `version`, `build`, `apiVersion` … */
export type SystemInfo = ReadonlyMap<string, string>;

/**
 * What an ESXi host or a vCenter is; no service comes of it.
 *
 * Section: esx_systeminfo   Source: AboutInfo of the vSphere API
 * Systems: ESXi
 * Params: none
 */
export const esxSysteminfo: Check<SystemInfo> = {
  section: "esx_systeminfo",
  params: {},

  parse(rows) {
    const info = new Map<string, string>();
    for (const [name = "", ...words] of rows)
      if (words.length > 0) info.set(name.replace(/:$/, ""), words.join(" "));
    return info.size === 0 ? undefined : info;
  },

  metrics: [
    each(
      (info: SystemInfo) => [info],
      {
        name: (info) => info.get("name") ?? info.get("AgentOS") ?? "",
        version: (info) => info.get("version") ?? info.get("Version") ?? "",
        build: (info) => info.get("build") ?? "",
      },
      [gauge("roundsman_esx_info", "What the host or the vCenter is; always 1.", () => 1)],
    ),
  ],

  evaluate: () => [],
};

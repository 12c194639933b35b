import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { jsonObject } from "../judge/json.ts";
import { each, gauge } from "../judge/metrics.ts";
import { WARN } from "../judge/state.ts";
import { fieldsOf, numberOf, textOf } from "../readings/json_value.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a host is made of. */
export interface Inventory {
  readonly os: Fields;
  readonly kernel: Fields;
  readonly cpu: Fields;
  /** How many packages are installed, by what manages them. */
  readonly packages: ReadonlyMap<string, number>;
  /** Why something could not be had. */
  readonly errors: readonly string[];
}

const MANAGERS = ["dpkg", "rpm", "apk"];
/** There may be thousands of them, and none is looked into. */
const PACKAGE = new RegExp(`^\\{"(${MANAGERS.join("|")})":\\[`);
const MAX_ERRORS = 20;

/**
 * What a host is made of: operating system, kernel, processors, how many packages.
 *
 * Section: roundsman_inventory   Source: the plugin inventory: os-release(5), uname(2), /proc/cpuinfo, the
 *          managers of packages; a JSON object per line
 * Params: none
 */
export const roundsmanInventory: Check<Inventory> = {
  section: "roundsman_inventory",
  params: {},

  parse(rows) {
    const kinds = new Map<string, Fields>();
    const packages = new Map<string, number>();
    const errors: string[] = [];
    for (const line of rows.lines()) {
      const [, manager] = PACKAGE.exec(line) ?? [];
      if (manager !== undefined) {
        packages.set(manager, (packages.get(manager) ?? 0) + 1);
        continue;
      }
      for (const [kind, value] of Object.entries(jsonObject(line)))
        if (kind !== "error") kinds.set(kind, fieldsOf(value));
        else if (typeof value === "string" && errors.length < MAX_ERRORS) errors.push(value);
    }
    if (kinds.size + packages.size + errors.length === 0) return undefined;
    const [os = {}, kernel = {}, cpu = {}] = ["os", "kernel", "cpu"].map((kind) => kinds.get(kind));
    return { os, kernel, cpu, packages, errors };
  },

  metrics: [
    each(
      ({ os }: Inventory) => (Object.keys(os).length === 0 ? [] : [os]),
      {
        id: (os) => text(os, "id"),
        name: (os) => text(os, "name"),
        version: (os) => text(os, "version"),
        title: (os) => text(os, "title"),
      },
      [gauge("roundsman_host_os_info", "The operating system; always 1.", () => 1)],
    ),
    each(
      ({ kernel }: Inventory) => (Object.keys(kernel).length === 0 ? [] : [kernel]),
      {
        name: (kernel) => text(kernel, "name"),
        release: (kernel) => text(kernel, "release"),
        architecture: (kernel) => text(kernel, "architecture"),
      },
      [gauge("roundsman_host_kernel_info", "The kernel; always 1.", () => 1)],
    ),
    each(
      ({ cpu }: Inventory) => (Object.keys(cpu).length === 0 ? [] : [cpu]),
      { model: (cpu) => text(cpu, "model") },
      [gauge("roundsman_host_cpu_info", "The processor; always 1.", () => 1)],
    ),
    gauge("roundsman_host_cpu_sockets", "Processors, as they can be pulled out.", ({ cpu }) =>
      numberOf(cpu["sockets"]),
    ),
    gauge("roundsman_host_cpu_cores", "Cores of all processors.", ({ cpu }) =>
      numberOf(cpu["cores"]),
    ),
    gauge(
      "roundsman_host_cpu_threads",
      "Threads of all cores: what the kernel calls CPUs.",
      (one) => numberOf(one.cpu["threads"]),
    ),
    each(({ packages }: Inventory) => packages, { manager: ([manager]) => manager }, [
      gauge("roundsman_host_packages", "Packages that are installed.", ([, count]) => count),
    ]),
  ],

  *evaluate({ os, kernel, cpu, packages, errors }) {
    const system = [text(os, "title"), [text(os, "name"), text(os, "version")].join(" ").trim()];
    yield conclude("Inventory", [
      { text: system.find(Boolean) ?? "" },
      {
        text: [text(kernel, "name"), text(kernel, "release"), text(kernel, "architecture")]
          .filter(Boolean)
          .join(" "),
      },
      { text: processors(cpu) },
      ...Array.from(packages, ([manager, count]) => ({
        text: `${plural(count, "package")} (${manager})`,
      })),
      ...errors.map((error) => ({ state: WARN, text: error })),
    ]);
  },
};

const text = (fields: Fields, name: string): string => textOf(fields[name]) ?? "";

function processors(cpu: Fields): string {
  const [cores, threads] = [numberOf(cpu["cores"]), numberOf(cpu["threads"])];
  return [
    text(cpu, "model"),
    cores === undefined ? "" : plural(cores, "core"),
    threads === undefined ? "" : plural(threads, "thread"),
  ]
    .filter(Boolean)
    .join(", ");
}

import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import type { Levels } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { CRIT, OK } from "../judge/state.ts";

export interface Graphics {
  /** Degrees Celsius. */
  readonly temperature?: number | undefined;
  readonly errors?: number | undefined;
}

interface Params {
  readonly temperature: Levels;
}

/**
 * The graphics card of a host with a screen.
 *
 * Section: nvidia   Source: nvidia-settings(1): GPUErrors, GPUCoreTemp
 * Params: temperature: degrees Celsius
 */
export const nvidia: Check<Graphics, Params> = {
  section: "nvidia",
  params: { temperature: { warn: 60, crit: 65 } },

  parse(rows) {
    const facts = new Map<string, string>();
    for (const [key = "", value] of rows) if (value !== undefined) facts.set(key, value);
    const temperature = decimal(facts.get("GPUCoreTemp:"));
    const errors = integer(facts.get("GPUErrors:"));
    return temperature === undefined && errors === undefined ? undefined : { temperature, errors };
  },

  metrics: [
    gauge(
      "roundsman_nvidia_temperature_celsius",
      "Temperature of the graphics card.",
      ({ temperature }: Graphics) => temperature,
    ),
    gauge(
      "roundsman_nvidia_errors",
      "Errors of the graphics card.",
      ({ errors }: Graphics) => errors,
    ),
  ],

  *evaluate({ temperature, errors }, { params }) {
    if (temperature !== undefined)
      yield conclude(
        "Temperature NVIDIA GPUCore",
        found(
          "Temperature",
          { name: "temp", value: temperature, levels: { upper: params.temperature } },
          (value) => `${value} °C`,
        ),
        "GPUCore",
      );
    if (errors !== undefined)
      yield conclude("NVIDIA GPU Errors", [
        { state: errors > 0 ? CRIT : OK, text: errors > 0 ? `Errors: ${errors}` : "no errors" },
      ]);
  },
};

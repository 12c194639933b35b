/** What stands in a config in many places. */
import { z } from "zod";
import { parseDuration, parseSize } from "../units.ts";

/** Text such as `30s`, read into a number between two bounds that are written likewise. */
const quantity =
  (kind: string, example: string, parse: (text: string) => number | undefined) =>
  (min: string, max: string): z.ZodType<number, string> =>
    z
      .string({ error: `must be a ${kind} with a unit, such as ${example}` })
      .transform((text, context) => {
        const value = parse(text);
        if (value === undefined)
          context.addIssue(`${JSON.stringify(text)} is not a ${kind} such as ${example}`);
        else if (value < (parse(min) ?? 0) || value > (parse(max) ?? 0))
          context.addIssue(`must be from ${min} to ${max}, not ${text}`);
        return value ?? z.NEVER;
      });

export const duration = quantity("duration", "30s", parseDuration);
export const size = quantity("size", "16MiB", parseSize);

export const interval = duration("1s", "1d");
export const timeout = duration("100ms", "10m");
export const maxBytes = size("1KiB", "1GiB");

// Label names of Prometheus; `instance` is ours, and those with two underscores are its own.
export const labelName = z
  .string()
  .regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, "is not a label name (letters, digits, underscores)")
  .refine((name) => name !== "instance", "is the label that holds the host's name");

export const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, "must not have control characters");

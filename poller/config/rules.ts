/** The rules by which a config has services judged. */
import { z } from "zod";
import { checks } from "../checks/index.ts";
import type { Requirement, Rule, Where } from "../judge/rules.ts";
import { didYouMean } from "../spelling.ts";
import { readParams } from "./params.ts";
import { duration, text } from "./values.ts";

const patterns = z.record(z.string().min(1).max(255), text).default({});

const where = z
  .strictObject({
    host: text.optional(),
    labels: patterns,
    tags: z.array(text).default([]),
    facts: patterns,
  })
  .prefault({})
  .transform((where): Where => where);

const sections = checks.map(({ section }) => section);

const check = z
  .string()
  .refine((name) => sections.includes(name), {
    error: ({ input }) => `there is no such check${didYouMean(String(input), sections)}`,
  })
  .optional();

const rule = z
  .strictObject({
    where,
    check,
    item: text.optional(),
    service: text.optional(),
    params: z.record(z.string(), z.unknown()).optional(),
    for: duration("1s", "7d").optional(),
    ignore: z.boolean().default(false),
  })
  .transform(({ params: written, for: forSeconds, ...selection }, context) => {
    const { check: name, item, service, ignore } = selection;
    if (name === undefined && item === undefined && service === undefined && !forSeconds)
      context.addIssue("needs a check, an item or a service: which is it about?");
    if (written === undefined && forSeconds === undefined && !ignore)
      context.addIssue("needs params, for or ignore: what is to be done?");
    const check = checks.find(({ section }) => section === name);
    if (written && !check) context.addIssue("has params, and so needs the check they are of");
    const { params = {}, findings = [] } = (check && written && readParams(check, written)) ?? {};
    for (const { path, message } of findings)
      context.addIssue({ code: "custom", path: ["params", ...path], message });
    return { ...selection, params, forSeconds };
  });

/** `rules:`, the first that matches a service holds for it. */
export const rulesSchema = z
  .array(rule)
  .max(1000)
  .default([])
  .transform((rules) => rules.map((one, i): Rule => ({ ...one, origin: `rules[${i}]` })));

/** `require:`, the services that have to be there. */
export const requireSchema = z
  .array(z.strictObject({ where, service: text }))
  .max(1000)
  .default([])
  .transform((all) => all.map((one, i): Requirement => ({ ...one, origin: `require[${i}]` })));

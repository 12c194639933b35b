import { z } from "zod";
import { didYouMean } from "../spelling.ts";
import { quoted, Refusal } from "./refusal.ts";

/** Parameters of one request. */
const MAX_PARAMETERS = 256;

/** Parameters that a route takes, each with what its text must be; a list may come several times. */
export type Parameters = Readonly<Record<string, z.ZodType>>;

/** What is read of them. */
export type Query<Known extends Parameters> = {
  readonly [Name in keyof Known]: z.output<Known[Name]>;
};

/**
 * The parameters of a request's target. Throws a Refusal for what is no query, for a parameter that
 * is not known, one too often, and one that is not as it must be.
 */
export function readQuery<Known extends Parameters>(target: string, known: Known): Query<Known> {
  const given = new Map<string, string[]>();
  for (const [name, value] of pairs(target)) {
    const values = given.get(name);
    if (values) values.push(value);
    else given.set(name, [value]);
  }
  for (const [name, { length }] of given) {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!schema) throw unknown(name, Object.keys(known));
    if (length > 1 && !isList(schema)) throw new Refusal(400, `${name}: is there ${length} times`);
  }
  const read = Object.entries(known).map(([name, schema]) => {
    const values = given.get(name);
    const result = schema.safeParse(isList(schema) ? values : values?.[0]);
    if (result.success) return [name, result.data];
    const [issue] = result.error.issues;
    const value = values?.[Number(issue?.path[0] ?? 0)];
    const shown = value === undefined ? name : `${name}=${quoted(value)}`;
    throw new Refusal(400, `${shown}: ${issue?.message ?? "is not understood"}`);
  });
  return Object.fromEntries(read) as Query<Known>;
}

function unknown(name: string, known: readonly string[]): Refusal {
  // What is absurdly long is nobody's slip.
  const hint = didYouMean(name.slice(0, 40), known);
  const there = known.length === 0 ? "; it has none" : `; it has ${known.join(", ")}`;
  return new Refusal(400, `unknown parameter ${quoted(name)}${hint || there}`);
}

/** Whether a parameter may come several times. */
export const isList = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? isList(schema.unwrap() as z.ZodType)
    : schema instanceof z.ZodArray;

function pairs(target: string): (readonly [name: string, value: string])[] {
  const start = target.indexOf("?");
  const query = start < 0 ? "" : target.slice(start + 1);
  const parts = query.split("&", MAX_PARAMETERS + 1).filter((part) => part !== "");
  if (parts.length > MAX_PARAMETERS)
    throw new Refusal(400, `more than ${MAX_PARAMETERS} parameters`);
  return parts.map((part) => {
    const equals = part.indexOf("=");
    return equals < 0
      ? [decode(part), ""]
      : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Refusal(400, `${quoted(text)} is not percent-encoded text`);
  }
}

import { ParseError } from "./check.ts";

/** A line that is a JSON object. Throws ParseError. */
export function jsonObject(line: string): Readonly<Record<string, unknown>> {
  const value = parse(line);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ParseError("not a JSON object", line);
  return { ...value };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new ParseError("not JSON", line);
  }
}

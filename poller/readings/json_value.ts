import { jsonObject } from "../judge/json.ts";

/** What a line is in JSON, of whatever kind. Throws ParseError. */
export const jsonValue = (line: string): unknown => jsonObject(`{"value":${line}}`)["value"];

/** The fields of a value; none of what is no object. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

/** A finite number. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

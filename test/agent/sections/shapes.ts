/** What agents say, taken apart, and what lines of it may look like. */
import { expect } from "vitest";
import { isHeader } from "../../../wire/header.ts";

export interface Told {
  readonly header: string;
  readonly lines: readonly string[];
}

/** By header; each line is to match one of these. */
export type Shapes = Readonly<Record<string, readonly RegExp[]>>;

export function parse(text: string): readonly Told[] {
  const told: { header: string; lines: string[] }[] = [];
  for (const line of text.split("\n").slice(0, -1))
    if (isHeader(line)) told.push({ header: line, lines: [] });
    else told.at(-1)?.lines.push(line);
  return told;
}

export function expectShapes(told: readonly Told[], shapes: Shapes): void {
  for (const { header, lines } of told)
    for (const line of lines.filter((text) => text !== ""))
      expect(
        shapes[header]?.some((shape) => shape.test(line)),
        `${header} ${line}`,
      ).toBe(true);
}

import { table } from "./tools.ts";

/** A figure beside what it is meant to be; one of the bounds is given. */
export interface Aim {
  readonly what: string;
  readonly figure: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly unit: string;
  /** Digits after the point. */
  readonly digits?: number;
}

/** Prints the aims, each with its figure and whether it is met. */
export function aims(title: string, all: readonly Aim[]): void {
  const rows = all.map((aim) => {
    const { what, figure, atMost, atLeast, unit, digits = 0 } = aim;
    const shown = (value: number): string => `${value.toFixed(digits)} ${unit}`;
    const bound = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
    return [what, Number.isFinite(figure) ? shown(figure) : "none", bound, verdict(aim)];
  });
  table(title, [["", "measured", "aim", ""], ...rows]);
}

/** `met`, or by how much it is missed. */
export function verdict({
  figure,
  atMost = Infinity,
  atLeast = -Infinity,
}: Pick<Aim, "figure" | "atMost" | "atLeast">): string {
  if (!Number.isFinite(figure)) return "not measured";
  if (figure <= atMost && figure >= atLeast) return "met";
  const share = figure > atMost ? figure / atMost - 1 : 1 - figure / atLeast;
  const percent = Math.round(share * 100);
  if (!Number.isFinite(share)) return "missed";
  return `missed by ${percent === 0 ? "less than 1" : percent}%`;
}

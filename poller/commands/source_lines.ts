/** Looking for the lines that matter takes no longer than so many looks at what is left. */
const MAX_LOOKS = 2000;
const MAX_MILLISECONDS = 10_000;

export interface SourceLines {
  readonly lines: readonly string[];
  /** Whether all lines were tried. */
  readonly isWhole: boolean;
}

/**
 * The lines of a text without which `look` sees something else; headers are left where they are.
 * Where there are too many to be tried one by one, in numbers or in the time that is given, those
 * that were not are not told.
 */
export function sourceLines(
  text: Buffer,
  look: (text: Buffer) => string,
  milliseconds: number = MAX_MILLISECONDS,
): SourceLines {
  const end = performance.now() + milliseconds;
  // Latin-1 takes every byte as it is, and gives it back.
  const all = text.toString("latin1").split("\n");
  const wanted = look(text);
  let looks = 0;
  const isOver = (): boolean => looks > MAX_LOOKS || performance.now() > end;
  const without = (from: number, to: number): Buffer =>
    Buffer.from(
      all.filter((line, i) => i < from || i >= to || isHeader(line)).join("\n"),
      "latin1",
    );
  const found: string[] = [];
  const search = (from: number, to: number): void => {
    if (from >= to) return;
    looks++;
    if (isOver() || look(without(from, to)) === wanted) return;
    if (to - from > 1) {
      const middle = (from + to) >> 1;
      const before = found.length;
      search(from, middle);
      search(middle, to);
      // Each half alone makes no difference: any of it would do.
      if (found.length > before || isOver()) return;
      for (const line of all.slice(from, to)) if (!isHeader(line) && line !== "") found.push(line);
    } else found.push(all[from] ?? "");
  };
  search(0, all.length);
  const lines = found
    .filter((line) => line.trim() !== "" && !isHeader(line))
    .map((line) => Buffer.from(line, "latin1").toString());
  return { lines, isWhole: !isOver() };
}

const isHeader = (line: string): boolean => line.startsWith("<<<");

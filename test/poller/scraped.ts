import type { Sample } from "../../poller/samples.ts";

/** A family as a scrape shows it. */
export interface ScrapedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const HELP = /^# HELP (\S+) (.*)$/;
const TYPE = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/y;

/** Reads Prometheus' text format by its own rules. Throws at the first line that breaks them. */
export function scraped(text: string): Map<string, ScrapedFamily> {
  const families = new Map<string, ScrapedFamily>();
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  const lines = text.split("\n").filter((line) => line !== "");
  let current: ScrapedFamily | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const help = HELP.exec(line);
    if (help) {
      const type = TYPE.exec(lines[++at] ?? "");
      if (type?.[1] !== help[1]) throw new Error(`no type after ${line}`);
      if (families.has(help[1]!)) throw new Error(`${help[1]!} is there twice`);
      current = { name: help[1]!, type: type![2]!, help: help[2]!, samples: [] };
      families.set(current.name, current);
      continue;
    }
    const sample = readSample(line);
    if (!current || !sample.name.startsWith(current.name))
      throw new Error(`not in its family: ${line}`);
    current.samples.push(sample);
  }
  return families;
}

/** Reads one line of a scrape. */
export function readSample(line: string): Sample {
  const [, name, pairs = "", number = ""] = SAMPLE.exec(line) ?? [];
  const value = number === "+Inf" ? Infinity : number === "-Inf" ? -Infinity : Number(number);
  if (name === undefined || (Number.isNaN(value) && number !== "NaN"))
    throw new Error(`not a sample: ${JSON.stringify(line)}`);
  const labels: Record<string, string> = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < pairs.length;) {
    const at = LABEL.lastIndex;
    const [, key, text] = LABEL.exec(pairs) ?? [];
    if (key === undefined || text === undefined || key in labels)
      throw new Error(`not labels: ${JSON.stringify(pairs.slice(at))}`);
    labels[key] = text.replace(/\\([\\n"])/g, (_, char) => (char === "n" ? "\n" : String(char)));
  }
  return { name, labels, value };
}

/** A small catalogue, and reports for it. */
import { type Check, ParseError } from "../../poller/judge/check.ts";
import { counter, each, gauge } from "../../poller/judge/metrics.ts";
import { OK, WARN } from "../../poller/judge/state.ts";

interface Thing {
  readonly name: string;
  readonly value: number;
}

interface Things {
  readonly time: number | undefined;
  readonly things: readonly Thing[];
}

const parseThings: Check<Things>["parse"] = (rows) => {
  let time: number | undefined;
  const things: Thing[] = [];
  for (const [name = "", value = ""] of rows) {
    if (name === "time") time = Number(value);
    else if (value === "") throw new ParseError("no value", name);
    else things.push({ name, value: Number(value) });
  }
  return things.length > 0 ? { time, things } : undefined;
};

const size = gauge<Thing>("toy_size_bytes", "Size.", ({ value }) => value);
const perThing = each(({ things }: Things) => things, { device: (thing) => thing.name }, [
  size,
  counter("toy_reads_total", "Reads.", ({ value }) => value * 2),
]);

/** Rows of `name value`; one service for each, WARN above 100. */
export const sizes: Check<Things, { warn: number }> = {
  section: "sizes",
  params: { warn: 100 },
  parse: parseThings,
  metrics: [gauge("toy_things", "Things.", ({ things }) => things.length), perThing],
  *evaluate({ things }, { params }) {
    for (const { name, value } of things) {
      const state = value > params.warn ? WARN : OK;
      const perfdata = [{ name: "size", value }];
      yield { service: `Size ${name}`, item: name, state, summary: `${value} B`, perfdata };
    }
  },
};

/** An older form of the same thing. */
export const old_sizes: Check<Things> = {
  ...sizes,
  section: "old_sizes",
  params: {},
  metrics: [perThing],
  evaluate: () => [],
};

/** Tells what it was compared with. */
export const compared: Check<Things> = {
  section: "compared",
  params: {},
  comparesWithPrevious: true,
  parse: parseThings,
  time: ({ time }) => time,
  metrics: [],
  *evaluate(_, { at, previous }) {
    yield { service: "Compared", state: OK, summary: `${previous?.at ?? "nothing"} ${at}` };
  },
};

/** Says one thing and breaks. */
export const breaks: Check<Things> = {
  section: "breaks",
  params: {},
  parse: parseThings,
  metrics: [],
  *evaluate() {
    yield { service: "Before", state: OK, summary: "fine" };
    throw new Error("boom");
  },
};

export const toys: readonly Check[] = [compared, sizes, old_sizes, breaks];

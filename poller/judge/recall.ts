/** Sections that come again as they were need no second look, as long as all that counted is as it was. */
import type { Context } from "./check.ts";
import type { Section } from "./evaluate.ts";

type Texts = Readonly<Record<string, string>>;

/** What a section came to. */
export interface Recalled<Kept> {
  /** What it was. */
  readonly key: string;
  readonly judged: Kept;
  /** Epoch seconds that it states. */
  readonly time?: number | undefined;
  /** Epoch seconds of its data, where they counted. */
  readonly at?: number | undefined;
  /** What it was compared with. */
  readonly baseline?: Texts | undefined;
  /** What later ones may be compared with. */
  readonly texts?: Texts | undefined;
}

/** Tells a section from another that says something else, or is of another time. */
export function keyOf(section: Section): string | undefined {
  const hash = section.hash?.();
  const { cached } = section;
  return hash !== undefined && cached ? `${hash} ${cached.at} ${cached.interval}` : hash;
}

/** Whether two baselines say the same. */
export function isSameBaseline(a: Texts = NONE, b: Texts = NONE): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

const NONE: Texts = {};

/** A context that notes whether anybody asks it for a time, or for what was before. */
export class Watched {
  /** Whether the time of the data counted, or what was before it. */
  isTimeless = true;
  /** Whether the time of the poll did. */
  isPollless = true;
  readonly #context: Omit<Context<unknown, object>, "params">;

  constructor(context: Omit<Context<unknown, object>, "params">) {
    this.#context = context;
  }

  with(params: object): Context<unknown, object> {
    return new WatchedContext(this, this.#context, params);
  }
}

class WatchedContext implements Context<unknown, object> {
  readonly params: object;
  readonly #watch: Watched;
  readonly #context: Omit<Context<unknown, object>, "params">;

  constructor(watch: Watched, context: Omit<Context<unknown, object>, "params">, params: object) {
    this.#watch = watch;
    this.#context = context;
    this.params = params;
  }

  get baseline(): Texts | undefined {
    return this.#context.baseline;
  }

  get at(): number {
    this.#watch.isTimeless = false;
    return this.#context.at;
  }

  get polledAt(): number {
    this.#watch.isPollless = false;
    return this.#context.polledAt ?? this.#context.at;
  }

  get previous(): Context<unknown, object>["previous"] {
    this.#watch.isTimeless = false;
    return this.#context.previous;
  }
}

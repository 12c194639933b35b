/** Sections that come again as they were need no second look, as long as only they themselves count. */
import type { Context } from "./check.ts";
import type { Judged, Section } from "./evaluate.ts";

type Texts = Readonly<Record<string, string>>;

/** What a section came to. */
export interface Recalled {
  /** What it was. */
  readonly key: string;
  readonly judged: Judged;
  /** Epoch seconds that it states. */
  readonly time?: number | undefined;
  /** What it was compared with. */
  readonly baseline?: Texts | undefined;
  /** What later ones may be compared with. */
  readonly texts?: Texts | undefined;
}

/** Tells a section from another that says something else, or is of another time. */
export const keyOf = ({ hash, cached }: Section): string | undefined =>
  hash && `${hash()}${cached ? ` ${cached.at} ${cached.interval}` : ""}`;

/** Whether two baselines say the same. */
export function isSameBaseline(a: Texts = {}, b: Texts = {}): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** A context that notes whether anybody asks it for a time, or for what was before. */
export class Watched {
  isTimeless = true;
  readonly #context: Omit<Context<unknown, object>, "params">;

  constructor(context: Omit<Context<unknown, object>, "params">) {
    this.#context = context;
  }

  with(params: object): Context<unknown, object> {
    const context = this.#context;
    const note = <Value>(value: Value): Value => {
      this.isTimeless = false;
      return value;
    };
    return {
      params,
      ...(context.baseline && { baseline: context.baseline }),
      get at() {
        return note(context.at);
      },
      get polledAt() {
        return note(context.polledAt ?? context.at);
      },
      get previous() {
        return note(context.previous);
      },
    };
  }
}

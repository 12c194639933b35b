/** What came of something that a section can do without: a value, or why there is none. */
export interface Attempt<T> {
  readonly value?: T;
  readonly error?: string;
}

export const attempt = <T>(work: Promise<T>): Promise<Attempt<T>> =>
  work.then(
    (value) => ({ value }),
    (reason: unknown) => ({ error: reason instanceof Error ? reason.message : String(reason) }),
  );

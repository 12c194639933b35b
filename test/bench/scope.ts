/** What is wanted of the benches. */
export interface Scope {
  /** Of faults. */
  readonly minutes: number;
  /** A fleet of this size instead of the usual ones. */
  readonly hosts: number | undefined;
  readonly rounds: number | undefined;
  /** Parts whose name holds this word. */
  readonly only: string | undefined;
}

/** Whether a part is wanted. */
export const wants = ({ only }: Scope, part: string): boolean =>
  only === undefined || part.includes(only);

import { attempt } from "./attempt.ts";
import type { System } from "../section.ts";

/** What is asked for no more often than that; why there is none holds as long as an answer. */
export async function paced<T>(
  system: System,
  key: string,
  seconds: number,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  const { value, error } = await system.memo(key, { seconds }, () => attempt(ask()));
  if (error !== undefined) throw new Error(error);
  return value;
}

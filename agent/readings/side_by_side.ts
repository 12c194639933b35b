import pLimit from "p-limit";

/** Acts on all items, on so many of them at once; what comes of them in their order. */
export const sideBySide = <T, R>(
  items: Iterable<T>,
  atOnce: number,
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> => pLimit(atOnce).map(items, act);

/** What each kind of host does, and why its poll must be said to have failed. */
export const reasons: Readonly<Record<string, string>> = {
  ok: "ok",
  ...{ hang: "timeout", refuse: "refused", blackhole: "timeout", trickle: "timeout" },
  ...{ garbage: "protocol", endless: "too_large", reset: "reset", truncate: "truncated" },
};

/** Four in a hundred of each. */
export const everyFault = Object.fromEntries(
  Object.keys(reasons)
    .filter((mode) => mode !== "ok")
    .map((mode) => [mode, 4]),
);

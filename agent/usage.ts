/** Wrong usage, on one line for people. */
export class UsageError extends Error {}

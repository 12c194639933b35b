import type { Credentials } from "./credentials.ts";
import type { Lookup } from "./lookup.ts";
import type { Opener } from "./opener.ts";
import type { AllSlots } from "./seat.ts";
import type { Turns } from "./turns.ts";

/** What all connections share. */
export interface Equipment extends AllSlots {
  readonly lookup: Lookup;
  readonly opener: Pick<Opener, "open">;
  readonly credentials: Credentials;
  readonly turns: Turns;
  /** Told of all that comes. */
  readonly onBytes?: (count: number) => void;
}

import { didYouMean } from "../spelling.ts";
import { configOf, type StateFlags, stateFlag, storeOf, UsageError } from "./usage.ts";

export interface AcceptFlags extends StateFlags {
  readonly config?: string;
}

/**
 * Has the next good poll of a host renew its baseline, or what it says of one service. Resolves, with
 * what is to be printed, once that is on disk.
 */
export async function accept(
  host: string,
  service: string | undefined,
  flags: AcceptFlags,
): Promise<string> {
  const config = { ...configOf(flags.config), ...stateFlag(flags) };
  let fault: Error | undefined;
  let hint = "";
  const store = storeOf(config, (error) => (fault = error));
  try {
    const known = store.known(host);
    if (!known) throw new UsageError(`there is no baseline of ${host} yet: nothing to renew`);
    if (service === undefined) store.forgetKnown(host);
    else {
      if (!known.services.includes(service)) hint = didYouMean(service, known.services);
      store.keepKnown(host, { ...known, accepted: [...(known.accepted ?? []), service] });
    }
  } finally {
    await store.close();
  }
  if (fault) throw fault;
  const what = service === undefined ? "of it" : `of ${service}`;
  return `${host}: what the next poll finds ${what} is the new baseline${hint}\n`;
}

/** The hosts that a config lists. */
import { z } from "zod";
import { formatAddress, isHost } from "../address.ts";
import { DEFAULTS } from "./defaults.ts";
import { interval, labelName, maxBytes, text, timeout } from "./values.ts";

/** A host as configured; what it does not say is in PollSettings. */
export interface StaticHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly intervalSeconds: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly maxBytes: number | undefined;
  readonly piggyback: readonly string[] | undefined;
}

export const hostSchema = z
  .strictObject({
    name: text.optional(),
    address: z.string().refine(isHost, "is not a host name or IP address").optional(),
    port: z.int().min(1).max(65535).default(DEFAULTS.port),
    labels: z.record(labelName, z.string().max(1024)).default({}),
    tags: z.array(text).default([]),
    interval: interval.optional(),
    timeout: timeout.optional(),
    max_bytes: maxBytes.optional(),
    piggyback: z.array(text).max(1000).optional(),
  })
  .transform(({ name, address = name, port, labels, tags, ...own }, context): StaticHost => {
    if (address === undefined) context.addIssue("needs a name or an address");
    else if (!isHost(address)) context.addIssue("needs an address, its name is none");
    return {
      name: name ?? formatAddress({ host: address ?? "", port }),
      address: address ?? "",
      port,
      labels,
      tags,
      intervalSeconds: own.interval,
      timeoutSeconds: own.timeout,
      maxBytes: own.max_bytes,
      piggyback: own.piggyback,
    };
  });

/** The hosts that a config lists. */
import { z } from "zod";
import { formatAddress, isHost } from "../address.ts";
import { DEFAULTS } from "./defaults.ts";
import { hostKeys, type HostTransport, transportOf } from "./transport.ts";
import { interval, labelName, maxBytes, text, timeout } from "./values.ts";

/** A host as configured; what it does not say is in PollSettings. */
export interface StaticHost extends HostTransport {
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
    port: z.int().min(1).max(65535).optional(),
    labels: z.record(labelName, z.string().max(1024)).default({}),
    tags: z.array(text).default([]),
    interval: interval.optional(),
    timeout: timeout.optional(),
    max_bytes: maxBytes.optional(),
    piggyback: z.array(text).max(1000).optional(),
    ...hostKeys,
  })
  .transform((host, context): StaticHost => {
    const { name, labels, tags, program, file, port = DEFAULTS.port } = host;
    const isRemote = program === undefined && file === undefined;
    const address = isRemote ? (host.address ?? name) : "";
    for (const [key, message] of contradictions(host))
      context.addIssue({ code: "custom", input: host, path: key === "" ? [] : [key], message });
    return {
      name: name ?? formatAddress({ host: address ?? "", port }),
      address: address ?? "",
      port,
      labels,
      tags,
      intervalSeconds: host.interval,
      timeoutSeconds: host.timeout,
      maxBytes: host.max_bytes,
      piggyback: host.piggyback,
      ...transportOf(host, context),
      program,
      file,
      maxAgeSeconds: host.max_age,
    };
  });

interface Written {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly encryption?: string | undefined;
  readonly program?: unknown;
  readonly file?: unknown;
  readonly [key: string]: unknown;
}

/** Keys that do not go together, each with what is wrong; the empty key is the host itself. */
function* contradictions(host: Written): Generator<readonly [key: string, message: string]> {
  const { name, address = name, encryption } = host;
  const instead = host.program !== undefined ? "program" : host.file !== undefined ? "file" : "";
  if (host["max_age"] !== undefined && host.file === undefined)
    yield ["max_age", "is for a file only"];
  if (instead === "") {
    if (address === undefined) yield ["", "needs a name or an address"];
    else if (!isHost(address)) yield ["", "needs an address, its name is none"];
    return;
  }
  if (name === undefined) yield ["", "needs a name"];
  for (const key of ["address", "port", "tls", ...(instead === "program" ? ["file"] : [])])
    if (host[key] !== undefined) yield [key, `has no meaning beside a ${instead}`];
  if (encryption === "tls") yield ["encryption", `a ${instead} has no TLS`];
}

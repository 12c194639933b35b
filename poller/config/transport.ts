/** How reports travel: encryption and its secrets, certificates, programs, files. */
import { isAbsolute } from "node:path";
import { z } from "zod";
import { isHost } from "../address.ts";
import { ENCRYPTIONS, type Encryption, type SecretPlace, type TlsFiles } from "../targets/host.ts";
import { duration } from "./values.ts";

const MAX_PATH = 4096;
const MAX_ARGUMENTS = 256;
const MAX_ARGUMENT = 8192;

/** The fleet has the rest. */
type SomeTlsFiles = { readonly [Name in keyof TlsFiles]?: string | undefined };

/** Of the fleet, or of a host that differs from it. */
export interface Transport {
  readonly encryption: Encryption | undefined;
  readonly secret: SecretPlace | undefined;
  readonly tls: SomeTlsFiles | undefined;
  readonly serverName: string | undefined;
}

/** The fleet's, and how a single host is got at. */
export interface HostTransport extends Transport {
  readonly program: readonly [string, ...string[]] | undefined;
  readonly file: string | undefined;
  readonly maxAgeSeconds: number | undefined;
}

const path = z
  .string()
  .max(MAX_PATH)
  .refine((text) => isAbsolute(text) && !text.includes("\0"), "is not an absolute path");

const argument = z
  .string()
  .max(MAX_ARGUMENT)
  .refine((text) => !text.includes("\0"), "must not have a NUL");

const files = { ca: path.optional(), cert: path.optional(), key: path.optional() };

const hostTls = z.strictObject({
  ...files,
  server_name: z
    .string()
    .refine((text) => isHost(text), "is not a host name, IP address or UUID")
    .optional(),
});

const secrets = {
  encryption: z.enum(ENCRYPTIONS, { error: `must be one of ${ENCRYPTIONS.join(", ")}` }).optional(),
  secret_file: path.optional(),
  secret_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of an environment variable")
    .optional(),
};

/** Keys of `poll` that hold for every host polled over TCP. */
export const fleetKeys = { ...secrets, tls: z.strictObject(files).optional() };

/** Keys of a host. */
export const hostKeys = {
  ...secrets,
  tls: hostTls.optional(),
  program: z
    .array(argument)
    .max(MAX_ARGUMENTS, "has too many words")
    .transform(([command = "", ...words], context): readonly [string, ...string[]] => {
      if (command === "") context.addIssue("must begin with a command");
      return [command, ...words];
    })
    .optional(),
  file: path.optional(),
  max_age: duration("1s", "30d").optional(),
};

type Keys = { readonly [K in keyof typeof secrets]?: z.output<(typeof secrets)[K]> } & {
  readonly tls?: z.output<typeof hostTls> | undefined;
};

/** What was read under these keys of `poll` or of a host. */
export function transportOf(
  { encryption, secret_file, secret_env, tls }: Keys,
  context: z.RefinementCtx,
): Transport {
  const { server_name, ...given } = tls ?? {};
  const [file, env] = [secret_file, secret_env];
  if (file !== undefined && env !== undefined)
    context.addIssue({
      ...{ code: "custom", input: env },
      ...{ path: ["secret_env"], message: "there is a secret_file already" },
    });
  return {
    encryption,
    secret: file !== undefined ? { file } : env !== undefined ? { env } : undefined,
    tls: Object.keys(given).length > 0 ? given : undefined,
    serverName: server_name,
  };
}

/** How a host's reports travel: by what it has of its own, else by what the fleet has. */
export function equip(own: HostTransport, fleet: Transport): Equipment {
  if (isElsewhere(own)) return { encryption: own.encryption, secret: own.secret, tls: undefined };
  const secret = own.secret ?? fleet.secret;
  const tls = own.tls ? { ...fleet.tls, ...own.tls } : fleet.tls;
  // What a host has of its own demands more than what is said of the fleet, never less.
  const implied = own.tls ? "tls" : own.secret ? "encrypted" : "any";
  const encryption = own.encryption ?? (fleet.encryption && stronger(fleet.encryption, implied));
  return { encryption, secret, tls };
}

interface Equipment {
  readonly encryption: Encryption | undefined;
  readonly secret: SecretPlace | undefined;
  readonly tls: SomeTlsFiles | undefined;
}

const stronger = (a: Encryption, b: Encryption): Encryption =>
  ENCRYPTIONS.indexOf(a) > ENCRYPTIONS.indexOf(b) ? a : b;

interface Finding {
  path: (string | number)[];
  message: string;
}

/** What is wrong with how hosts and fleet go together. */
export function* unequipped(fleet: Transport, hosts: readonly HostTransport[]): Generator<Finding> {
  const lacking = (tls: SomeTlsFiles): string =>
    `lacks ${NAMES.filter((name) => tls[name] === undefined).join(", ")}`;
  if (fleet.tls && !isWhole(fleet.tls)) {
    yield { path: ["poll", "tls"], message: lacking(fleet.tls) };
    return;
  }
  for (const [i, host] of hosts.entries()) {
    const { encryption, secret, tls } = equip(host, fleet);
    const wanted = host.tls ?? (host.serverName === undefined ? undefined : {});
    if (wanted && !isWhole(tls ?? {}))
      yield { path: ["hosts", i, "tls"], message: lacking(tls ?? {}) };
    const path = host.encryption ? ["hosts", i, "encryption"] : ["poll", "encryption"];
    if (!tls && !wanted && encryption === "tls" && !isElsewhere(host))
      yield { path, message: "needs tls: { ca, cert, key }" };
    else if (!tls && !secret && encryption === "encrypted")
      yield { path, message: "needs secret_file, secret_env or tls" };
  }
}

/** Whether its reports do not come over TCP. */
const isElsewhere = ({ program, file }: HostTransport): boolean =>
  program !== undefined || file !== undefined;

const NAMES = ["ca", "cert", "key"] as const;

export const isWhole = (tls: SomeTlsFiles): tls is TlsFiles =>
  NAMES.every((name) => tls[name] !== undefined);

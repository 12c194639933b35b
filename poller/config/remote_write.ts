/** Where samples are written to, and with what leave. */
import { isAbsolute } from "node:path";
import { z } from "zod";
import type { SecretPlace } from "../targets/host.ts";
import { duration, labelName, size, text } from "./values.ts";

const MAX_RECEIVERS = 16;

/** A value, or where it is to be found when it is a secret. */
type HeaderValue = string | SecretPlace;

type Auth =
  { readonly username: string; readonly password: SecretPlace } | { readonly token: SecretPlace };

/** Files in PEM form; absent: whom Node trusts, and no certificate of our own. */
export interface WriteTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
}

/** One receiver of samples. */
export interface RemoteWrite {
  /** What tells it from others, in metrics, messages and on disk: the URL without what follows `?`. */
  readonly name: string;
  readonly url: string;
  readonly auth: Auth | undefined;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly tls: WriteTls | undefined;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  readonly maxAgeSeconds: number;
}

const path = z
  .string()
  .max(4096)
  .refine((file) => isAbsolute(file) && !file.includes("\0"), "is not an absolute path");

const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of an environment variable");

const url = z
  .string()
  .max(2048)
  .superRefine((written, context) => {
    const parsed = URL.canParse(written) ? new URL(written) : undefined;
    if (!/^https?:$/.test(parsed?.protocol ?? "")) context.addIssue("must be an http or https URL");
    else if (parsed?.username || parsed?.password)
      context.addIssue("must not hold a user or a password: they belong under auth");
  });

/** A secret of which exactly one place is to be given. */
const placeOf = (
  kind: string,
  file: string | undefined,
  env: string | undefined,
  context: z.RefinementCtx,
): SecretPlace => {
  if ((file === undefined) === (env === undefined))
    context.addIssue(`needs either ${kind}_file or ${kind}_env`);
  return file !== undefined ? { file } : { env: env ?? "" };
};

const basic = z
  .strictObject({
    username: text,
    password_file: path.optional(),
    password_env: variable.optional(),
  })
  .transform(({ username, password_file, password_env }, context) => ({
    username,
    password: placeOf("password", password_file, password_env, context),
  }));

const bearer = z
  .strictObject({ token_file: path.optional(), token_env: variable.optional() })
  .transform(({ token_file, token_env }, context) => ({
    token: placeOf("token", token_file, token_env, context),
  }));

const auth = z
  .strictObject({ basic: basic.optional(), bearer: bearer.optional() })
  .transform(({ basic, bearer }, context): Auth => {
    const [first, second] = [basic, bearer].flatMap((one) => one ?? []);
    if (!first || second) context.addIssue("must be either basic or bearer");
    return first ?? z.NEVER;
  });

/** What the protocol, HTTP or `auth` says itself. */
const TAKEN =
  /^(authorization|proxy-.*|content-.*|user-agent|host|connection|transfer-encoding|te|trailer|upgrade|expect|x-prometheus-remote-write-version)$/i;

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, "is not the name of a header")
  .refine((name) => !TAKEN.test(name), "is a header that is not to be set here");

const headerValue: z.ZodType<HeaderValue> = z.union(
  [
    z
      .string()
      .max(4096)
      .regex(/^[\x20-\x7e]*$/),
    z.strictObject({ file: path }),
    z.strictObject({ env: variable }),
  ],
  { error: "must be a text, { file: /PATH } or { env: NAME }" },
);

const tls = z
  .strictObject({
    ca_file: path.optional(),
    cert_file: path.optional(),
    key_file: path.optional(),
    server_name: text.optional(),
  })
  .transform(({ ca_file: ca, cert_file: cert, key_file: key, server_name }, context): WriteTls => {
    if ((cert === undefined) !== (key === undefined))
      context.addIssue("needs cert_file and key_file together");
    return { ca, cert, key, serverName: server_name };
  });

const receiver = z
  .strictObject({
    url,
    name: text.optional(),
    auth: auth.optional(),
    headers: z.record(headerName, headerValue).default({}),
    tls: tls.optional(),
    external_labels: z.record(labelName, z.string().max(1024)).default({}),
    timeout: duration("1s", "5m").prefault("30s"),
    max_queue: size("16MiB", "1000GiB").prefault("1GiB"),
    max_age: duration("1m", "30d").prefault("2h"),
  })
  .transform((one, context): RemoteWrite => {
    const isPlain = one.url.startsWith("http:");
    if (isPlain && one.tls)
      context.addIssue({
        ...{ code: "custom", input: one.tls, path: ["tls"] },
        message: "has no meaning for an http URL",
      });
    return {
      name: one.name ?? one.url.replace(/[?#].*$/s, ""),
      url: one.url,
      auth: one.auth,
      headers: one.headers,
      tls: one.tls,
      externalLabels: one.external_labels,
      timeoutSeconds: one.timeout,
      maxBytes: one.max_queue,
      maxAgeSeconds: one.max_age,
    };
  });

/** `remote_write:`. */
export const remoteWriteSchema = z
  .array(receiver)
  .max(MAX_RECEIVERS, "has too many receivers")
  .default([])
  .check(({ value, issues }) => {
    for (const [i, { name }] of value.entries())
      if (value.findIndex((one) => one.name === name) < i)
        issues.push({
          ...{ code: "custom", input: name, path: [i, "name"] },
          message: `${JSON.stringify(name)} is another receiver already: give it a name of its own`,
        });
  });

/** The file that says how the HTTP server is to be protected, as Prometheus' exporters have it. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { type RegularFile, readRegular } from "../sources/regular_file.ts";
import { didYouMean } from "../spelling.ts";
import { decodeYaml } from "../yaml.ts";
import { assertUsable } from "./listener.ts";
import { isHash, MAX_COST } from "./passwords.ts";

/** Certificates and key in PEM form, and what clients have to show. */
export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa: Buffer | undefined;
  readonly clients: (typeof CLIENTS)[number];
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
}

export interface WebConfig {
  /** Absent: without TLS. */
  readonly tls: Tls | undefined;
  /** Sent with every answer; names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hashes of bcrypt by users; none: whoever asks is answered. */
  readonly users: ReadonlyMap<string, string>;
  /** All that it was read from. */
  readonly files: readonly string[];
}

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_USERS = 1000;

const CLIENTS = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const VERSIONS = { TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

/** Headers that may be set; `undefined`: to anything. */
const HEADERS: Readonly<Record<string, readonly string[] | undefined>> = {
  "Strict-Transport-Security": undefined,
  "X-Content-Type-Options": ["nosniff"],
  "X-Frame-Options": ["deny", "sameorigin"],
  "X-XSS-Protection": undefined,
  "Content-Security-Policy": undefined,
};

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(", ")}` });

const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes("\0"), "must not have a NUL");

const version = oneOf(["TLS12", "TLS13"]).transform((name) => VERSIONS[name]);

const headers = z
  .record(z.string(), z.string())
  .default({})
  .check(({ value, issues }) => {
    for (const [name, text] of Object.entries(value)) {
      const message = wrongHeader(name, text);
      if (message) issues.push({ code: "custom", input: text, path: [name], message });
    }
  });

const tlsSchema = z
  .strictObject({
    cert_file: path,
    key_file: path,
    client_auth_type: oneOf(CLIENTS).default("NoClientCert"),
    client_ca_file: path.optional(),
    min_version: version.default("TLSv1.2"),
    max_version: version.default("TLSv1.3"),
  })
  .check(({ value, issues }) => {
    const verifies = value.client_auth_type.includes("Verify");
    const wrong = (key: string, message: string): void =>
      void issues.push({ code: "custom", input: value, path: [key], message });
    if (verifies && value.client_ca_file === undefined)
      wrong("client_auth_type", "needs client_ca_file");
    if (value.client_auth_type === "NoClientCert" && value.client_ca_file !== undefined)
      wrong("client_ca_file", "needs a client_auth_type that asks for certificates");
    if (value.min_version > value.max_version) wrong("max_version", "is below min_version");
  });

const users = z
  .record(
    z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^:\p{Cc}]*$/u, "must have neither colons nor control characters"),
    z
      .string()
      .refine(isHash, `is no hash of bcrypt ($2a$, $2b$, $2y$) with a cost up to ${MAX_COST}`),
  )
  .default({})
  .refine((all) => Object.keys(all).length <= MAX_USERS, `are more than ${MAX_USERS}`);

const schema = z.strictObject({
  tls_server_config: tlsSchema.optional(),
  http_server_config: z
    .strictObject({ http2: z.boolean().optional(), headers })
    .prefault({})
    .transform((http) => http.headers),
  basic_auth_users: users,
});

/**
 * Reads the file, and the files that it names: paths there are relative to its folder. Rejects with a
 * ConfigError with all that is wrong, each with file, line and key, or with what the file itself
 * cannot be read for.
 */
export async function readWebConfig(file: string): Promise<WebConfig> {
  const text = (await read(file)).bytes.toString();
  const {
    tls_server_config: tls,
    http_server_config,
    basic_auth_users,
  } = decodeYaml(text, file, schema);
  const names = tls && namesOf(tls, dirname(file));
  const found = tls && names ? await loaded(tls, names) : undefined;
  if (found && "faults" in found) {
    // Once more, to say on which lines they stand.
    const faulty = schema.check(({ issues }) => {
      for (const [key, message] of found.faults)
        issues.push({
          ...{ code: "custom", input: text, message },
          path: ["tls_server_config", key],
        });
    });
    decodeYaml(text, file, faulty);
  }
  return {
    tls: found && "tls" in found ? found.tls : undefined,
    headers: Object.fromEntries(
      Object.entries(http_server_config).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    users: new Map(Object.entries(basic_auth_users)),
    files: [file, ...Object.values(names ?? {})],
  };
}

const read = (file: string): Promise<RegularFile> =>
  readRegular(file, { maxBytes: MAX_FILE_BYTES, reason: "file" });

type Written = z.output<typeof tlsSchema>;
type Names = Readonly<Record<string, string>>;

const namesOf = ({ cert_file, key_file, client_ca_file }: Written, folder: string): Names =>
  Object.fromEntries(
    Object.entries({ cert_file, key_file, client_ca_file }).flatMap(([key, name]) =>
      name === undefined ? [] : [[key, resolve(folder, name)]],
    ),
  );

type Fault = readonly [key: string, message: string];

/** What the files hold, or what is wrong with them. */
async function loaded(
  written: Written,
  names: Names,
): Promise<{ readonly tls: Tls } | { readonly faults: readonly Fault[] }> {
  const faults: Fault[] = [];
  const held = new Map<string, Buffer>();
  for (const [key, name] of Object.entries(names))
    try {
      held.set(key, (await read(name)).bytes);
    } catch (error) {
      faults.push([key, (error as Error).message]);
    }
  const [cert, key] = [held.get("cert_file"), held.get("key_file")];
  if (!cert || !key || faults.length > 0) return { faults };
  const tls: Tls = {
    ...{ cert, key, clientCa: held.get("client_ca_file"), clients: written.client_auth_type },
    ...{ minVersion: written.min_version, maxVersion: written.max_version },
  };
  const fault = misfit(tls);
  return fault ? { faults: [fault] } : { tls };
}

/** What is wrong with certificates that could be read. */
function misfit(tls: Tls): Fault | undefined {
  const { cert, key, clientCa } = tls;
  const certificate = attempt(() => new X509Certificate(cert));
  if (!certificate) return ["cert_file", "holds no certificate in PEM form"];
  if (clientCa && !attempt(() => new X509Certificate(clientCa)))
    return ["client_ca_file", "holds no certificate in PEM form"];
  const secret = attempt(() => createPrivateKey(key));
  if (!secret) return ["key_file", "holds no private key in PEM form without a passphrase"];
  if (!certificate.checkPrivateKey(secret)) return ["key_file", "is not the key of cert_file"];
  try {
    assertUsable(tls);
    return undefined;
  } catch (error) {
    return ["cert_file", `cannot be used (${(error as NodeJS.ErrnoException).code ?? "TLS"})`];
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function wrongHeader(name: string, text: string): string | undefined {
  const known = Object.keys(HEADERS);
  if (!Object.hasOwn(HEADERS, name))
    return `cannot be set${didYouMean(name, known) || `; there are ${known.join(", ")}`}`;
  const values = HEADERS[name];
  if (values && !values.includes(text)) return `must be one of ${values.join(", ")}`;
  return /^[\t\x20-\x7e]{1,4096}$/.test(text) ? undefined : "must be printable ASCII";
}

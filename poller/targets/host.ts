/** What a host must answer with: anything, nothing in the clear, TLS alone. */
export const ENCRYPTIONS = ["any", "encrypted", "tls"] as const;

export type Encryption = (typeof ENCRYPTIONS)[number];

/** Where a passphrase is to be found; it is never part of a config. */
export type SecretPlace = { readonly file: string } | { readonly env: string };

/** Files in PEM form: whom agents must be certified by, and what is shown to them. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A file that something else writes reports to. */
export interface Spooled {
  readonly path: string;
  /** Of what is older nothing is used. */
  readonly maxAgeSeconds: number;
}

/** A host to be polled, with everything that its polls need; every default is filled in. */
export interface Host {
  readonly name: string;
  /** Empty where `program` or `file` says how to get at its reports. */
  readonly address: string;
  readonly port: number;
  readonly intervalSeconds: number;
  /** From connect to the last byte. */
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Patterns of hosts that this one may speak for; absent: those for whom nobody else speaks. */
  readonly piggyback?: readonly string[] | undefined;
  /** The name of the host that speaks for this one, which is not polled itself. */
  readonly guestOf?: string;
  /** Absent: anything. */
  readonly encryption?: Encryption | undefined;
  readonly secret?: SecretPlace | undefined;
  /** Hosts with the same files share the object. */
  readonly tls?: TlsFiles | undefined;
  /** Whom the certificate must be for; absent: the host's name, or its address where that is none. */
  readonly serverName?: string | undefined;
  /** A command that prints the report. */
  readonly program?: readonly [string, ...string[]] | undefined;
  readonly file?: Spooled | undefined;
}

/** What a host must answer with: unless told what it has the means for, never less. */
export const demanded = ({ encryption, tls, secret }: Host): Encryption =>
  encryption ?? (tls ? "tls" : secret ? "encrypted" : "any");

/** A host to be polled, with everything that its polls need; every default is filled in. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly intervalSeconds: number;
  /** From connect to the last byte. */
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

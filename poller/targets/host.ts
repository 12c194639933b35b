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
  /** Patterns of hosts that this one may speak for; absent: those for whom nobody else speaks. */
  readonly piggyback?: readonly string[] | undefined;
  /** The name of the host that speaks for this one, which is not polled itself. */
  readonly guestOf?: string;
}

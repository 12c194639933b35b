/** A request that is not answered as it stands: a status and one line for people. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly statusCode: number;
  /** Sent with it. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(statusCode: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

const MAX_SHOWN = 60;

/** What somebody sent, as it may be shown to him. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

import { createHmac, randomBytes } from "node:crypto";
import { Busy, Passwords } from "./passwords.ts";

/** Logins that are known to be right. */
const MAX_KNOWN = 1024;

/** What to do with somebody who asks. */
type Admission = "welcome" | "stranger" | "busy";

/** Who may ask, by HTTP's basic authentication. */
export class Logins {
  readonly #key = randomBytes(32);
  /** Keyed hashes of logins and of what they were compared with. */
  readonly #known = new Set<string>();
  readonly #comparing = new Map<string, Promise<boolean>>();
  readonly #passwords = new Passwords();

  /**
   * `authorization` is the header of that name. A user that is not there costs what a wrong password
   * costs; a login that was right once costs next to nothing for as long as its hash stays the same.
   */
  async admit(
    authorization: string | undefined,
    users: ReadonlyMap<string, string>,
    isWanted: () => boolean,
  ): Promise<Admission> {
    if (users.size === 0) return "welcome";
    const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "") ?? [];
    const [, user, password] =
      /^([^:]*):([^]*)$/.exec(Buffer.from(encoded ?? "", "base64").toString()) ?? [];
    if (user === undefined || password === undefined) return "stranger";
    const hash = users.get(user) ?? this.#somebodys(user, users);
    const login = this.#digest(`${users.has(user) ? 1 : 0}${hash}${user}:${password}`);
    if (this.#known.has(login)) return "welcome";
    try {
      const matches = await this.#matches(login, password, hash, isWanted);
      if (!matches || !users.has(user)) return "stranger";
      this.#learn(login);
      return "welcome";
    } catch (error) {
      if (error instanceof Busy) return "busy";
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#passwords.close();
  }

  /** For a user that is not there: always the same other one's hash, whoever that is. */
  #somebodys(user: string, users: ReadonlyMap<string, string>): string {
    const hashes = [...users.values()];
    const number = Buffer.from(this.#digest(user), "hex").readUInt32BE(0);
    return hashes[number % hashes.length] ?? "";
  }

  /** Those who try the same at once are one. */
  async #matches(
    login: string,
    password: string,
    hash: string,
    isWanted: () => boolean,
  ): Promise<boolean> {
    const other = this.#comparing.get(login);
    if (other)
      return other.catch((error: unknown) => {
        // Whoever was first may have left.
        if (isWanted()) return this.#matches(login, password, hash, isWanted);
        throw error;
      });
    const mine = this.#passwords.matches(password, hash, isWanted);
    this.#comparing.set(login, mine);
    try {
      return await mine;
    } finally {
      this.#comparing.delete(login);
    }
  }

  #learn(login: string): void {
    const [oldest = ""] = this.#known;
    if (this.#known.size >= MAX_KNOWN) this.#known.delete(oldest);
    this.#known.add(login);
  }

  #digest(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex");
  }
}

/** Which addresses may fetch. */
import { BlockList, isIP } from "node:net";

interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

const MAPPED = /^::ffff:(?=\d+\.)/i;

/** An IPv4 address that came in an IPv6 one, as dual-stack sockets show it, is an IPv4 address. */
export const plainAddress = (address: string): string => address.replace(MAPPED, "");

/** Whether a text is an address or a network: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== undefined;

export class AllowList {
  readonly #list = new BlockList();

  /** What is no network is left out: to be asked before with `isNetwork`. */
  constructor(entries: readonly string[]) {
    for (const network of entries.map(parseNetwork))
      if (network) this.#list.addSubnet(network.address, network.prefix, network.family);
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    return this.#list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
  }
}

const loopback = new AllowList(["127.0.0.0/8", "::1"]);

/** Whether only this host itself can reach a listening address. */
export const isLoopback = (address: string): boolean => loopback.has(address);

function parseNetwork(text: string): Network | undefined {
  const [, given = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = plainAddress(given);
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  // ::ffff:192.0.2.0/120 counts its bits from the front of the IPv6 address.
  const prefix = bits === undefined ? most : Number(bits) - (address === given ? 0 : 96);
  if (version === 0 || prefix < 0 || prefix > most) return undefined;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

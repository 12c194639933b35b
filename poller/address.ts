/** A host name or IP address with a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

// Host names as resolvers take them (underscores occur), IPv4; IPv6 with an optional zone.
const NAME = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/;
const IPV6 = /^[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9_.-]{1,32})?$/;

/** Whether a text can be connected to: a host name or IP address without a port. */
export const isHost = (text: string): boolean =>
  text.includes(":") ? IPV6.test(text) && text.split(":").length > 2 : NAME.test(text);

/**
 * Reads `host`, `host:port`, `2001:db8::1`, `[2001:db8::1]:port`; `undefined` where it is none of
 * them, or where the port is missing that has no default. Ports from 0 (any free one) to 65535.
 */
export function parseAddress(text: string, defaultPort?: number): Address | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (bracketed !== undefined && !bracketed.includes(":")) return undefined;
  return isHost(host) && port !== undefined && port <= 65535 ? { host, port } : undefined;
}

export const formatAddress = ({ host, port }: Address): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

/**
 * What the message broker of a monitoring site says: JSON objects, each of a site.
 *
 * Source: RabbitMQ's management interface: a list per line, in which each object names its node
 *         (`rabbit-SITE@localhost`); before that `rabbitmqctl`: `SITE JSON`, `SITE VHOST JSON`
 */
import { fieldsOf, jsonValue, textOf } from "./json_value.ts";

export interface BrokerObject {
  readonly site: string;
  /** Absent where the object names it itself, or has none. */
  readonly vhost?: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

const PREFIX = /^([^[{ ]\S*)(?: +([^[{ ]\S*))? +(?=[[{])/;
const NODE = /^rabbit-(.+)@[^@]*$/;

/** A broker that refuses to answer says nothing. Throws ParseError. */
export function* readBroker(lines: Iterable<string>): Generator<BrokerObject, void> {
  for (const line of lines) {
    const [prefix = "", own, vhost] = PREFIX.exec(line) ?? [];
    if (prefix === "" && !/^[[{]/.test(line)) continue;
    const value = jsonValue(line.slice(prefix.length));
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const fields = fieldsOf(one);
      const [, node] =
        NODE.exec(textOf(fields["node"]) ?? "") ?? NODE.exec(textOf(fields["name"]) ?? "") ?? [];
      const site = own ?? node;
      if (site !== undefined) yield { site, vhost: vhost ?? textOf(fields["vhost"]), fields };
    }
  }
}

/** Things by what `key` says of them, in the order in which they come. */
export function grouped<Thing>(
  things: Iterable<Thing>,
  key: (thing: Thing) => string,
): ReadonlyMap<string, readonly Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const name = key(thing);
    const group = groups.get(name);
    if (group) group.push(thing);
    else groups.set(name, [thing]);
  }
  return groups;
}

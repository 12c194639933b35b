import { type Check, ParseError } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytesPerSecond, plural } from "../judge/format.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";

/** All connections under one common name. */
export interface Client {
  readonly name: string;
  readonly connections: number;
  /** Bytes, as the server sees them. */
  readonly received: number;
  readonly sent: number;
}

/**
 * Clients that are connected to an OpenVPN server.
 *
 * Section: openvpn_clients   Source: the status file, version 1 (openvpn(8)): name, address, bytes
 *          received and sent, since when
 * Params: none
 */
export const openvpnClients: Check<readonly Client[]> = {
  section: "openvpn_clients",
  params: {},
  comparesWithPrevious: true,

  parse(rows) {
    const clients = new Map<string, Client>();
    for (const row of rows) {
      const [name = "", , receivedDigits, sentDigits] = row;
      const [received, sent] = [integer(receivedDigits), integer(sentDigits)];
      if (received === undefined || sent === undefined)
        throw new ParseError("not a client with bytes received and sent", row.join(","));
      const other = clients.get(name);
      clients.set(name, {
        name,
        connections: (other?.connections ?? 0) + 1,
        received: (other?.received ?? 0) + received,
        sent: (other?.sent ?? 0) + sent,
      });
    }
    return clients.size === 0 ? undefined : [...clients.values()];
  },

  metrics: [
    each((clients: readonly Client[]) => clients, { client: ({ name }) => name }, [
      gauge("roundsman_openvpn_client_connections", "Connections of a client.", (client) => {
        return client.connections;
      }),
      counter(
        "roundsman_openvpn_client_received_bytes_total",
        "Bytes that the server received from a client since it connected.",
        ({ received }) => received,
      ),
      counter(
        "roundsman_openvpn_client_sent_bytes_total",
        "Bytes that the server sent to a client since it connected.",
        ({ sent }) => sent,
      ),
    ]),
  ],

  *evaluate(clients, { at, previous }) {
    const earlier = new Map(previous?.data.map((client) => [client.name, client]));
    const seconds = at - (previous?.at ?? at);
    for (const { name, connections, received, sent } of clients) {
      const before = earlier.get(name);
      const flow = (label: string, metric: string, value: number | undefined) =>
        found(label, { name: metric, value, min: 0 }, bytesPerSecond);
      yield conclude(
        `OpenVPN Client ${name}`,
        [
          { text: connections === 1 ? "connected" : plural(connections, "connection") },
          ...flow("In", "in", rate(received, before?.received, seconds)),
          ...flow("Out", "out", rate(sent, before?.sent, seconds)),
        ],
        name,
      );
    }
  },
};

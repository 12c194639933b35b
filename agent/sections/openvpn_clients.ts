/**
 * Clients of an OpenVPN server: `name,address:port,bytes received,bytes sent,connected since`.
 *
 * Source: the status file (version 1, see --status in openvpn(8)) where its sample configurations
 * have it
 */
import type { AgentSection } from "../section.ts";

const COMMA = 44;
const PLACES = ["/etc/openvpn/openvpn-status.log", "/var/log/openvpn/openvpn-status.log"];
/** The title of the list, when it was written, and the names of its columns. */
const HEAD_LINES = 3;

export const openvpnClients: AgentSection = {
  name: "openvpn_clients",
  separator: COMMA,
  collect(system) {
    const files = PLACES.flatMap((path) => system.readOnce(path) ?? []);
    const lines = files.flatMap(clients).map((line) => `${line}\n`);
    return files.length > 0 ? lines.join("") : undefined;
  },
};

function clients(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf("ROUTING TABLE");
  return lines[0]?.endsWith("CLIENT LIST") === true ? lines.slice(HEAD_LINES, end) : [];
}

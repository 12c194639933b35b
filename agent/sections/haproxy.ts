/**
 * Frontends, backends and servers of HAProxy.
 *
 * Source: `show stat` on the sockets where Debian's and Red Hat's packages have it; see the Management
 * Guide of HAProxy, 9.3.
 */
import type { AgentSection, Body } from "../section.ts";

const COMMA = 44;
const SOCKETS = ["/run/haproxy/admin.sock", "/var/lib/haproxy/stats"];

export const haproxy: AgentSection = {
  name: "haproxy",
  async collect(system): Promise<Body | undefined> {
    const answers = await Promise.all(SOCKETS.map((path) => system.ask(path, "show stat\n")));
    const parts = answers.flatMap((text) => (text === undefined ? [] : { separator: COMMA, text }));
    return parts.length > 0 ? parts : undefined;
  },
};

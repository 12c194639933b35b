/** What a local check's output comes to: services, as the poller reads them. */
import { local } from "../../poller/checks/local.ts";
import { judged } from "../poller/judging.ts";
import { sectionRows } from "../poller/rows.ts";

export const services = (stdout: string, at = Date.now() / 1000) =>
  judged(local, local.parse(sectionRows(`<<<local:sep(0)>>>\n${stdout}`)), { at });

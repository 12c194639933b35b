import { df } from "./df.ts";

/**
 * Space and inodes of file systems; `lsblk` comes as a table, which is of no use here, not as JSON.
 *
 * Section: df_v2   Source: df(1), lsblk(8)
 * Params: as those of df
 */
export const dfV2: typeof df = { ...df, section: "df_v2", formOf: "df" };

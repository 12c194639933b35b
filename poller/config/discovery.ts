/** Where a config has further hosts listed. */
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import type { HttpPlace } from "../targets/http_sd.ts";
import { duration, text } from "./values.ts";

const file = text.refine(
  (path) => /\.(json|ya?ml)$/.test(path),
  "must end in .json, .yml or .yaml (its last part may hold * and ?)",
);

const url = z.string().superRefine((written, context) => {
  const parsed = URL.canParse(written) ? new URL(written) : undefined;
  if (!/^https?:$/.test(parsed?.protocol ?? "")) context.addIssue("must be an http or https URL");
  else if (parsed?.username || parsed?.password)
    context.addIssue("must not hold a user or a password: nobody can be asked with it");
});

/** `file_sd:`, as patterns of paths. */
export const fileSdSchema = z
  .array(z.strictObject({ files: z.array(file).min(1) }))
  .default([])
  .transform((all) => all.flatMap(({ files }) => files));

/** `http_sd:`, the places to ask. */
export const httpSdSchema = z
  .array(z.strictObject({ url, refresh: duration("1s", "1d").prefault("1m") }))
  .default([])
  .transform((all) => all.map(({ url, refresh }): HttpPlace => ({ url, refreshSeconds: refresh })));

/** Paths of a config are meant from where it is. */
export const from = (folder: string, path: string): string =>
  isAbsolute(path) ? path : join(folder, path);

import { printable } from "../printable.ts";

/** HTML that is safe to send as it is. */
export interface Html {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that opens no tag, ends no attribute, and turns no direction of writing. */
export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** A template whose values are escaped, unless they are HTML themselves. */
export const html = (
  texts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html => ({
  html: texts.reduce((all, text, index) => all + insert(values[index - 1] ?? "") + text),
});

const insert = (value: string | number | Html | readonly Html[]): string => {
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "html" in value ? value.html : value.map((part) => part.html).join("");
};

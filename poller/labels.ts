/** Label names and values as Prometheus' text format wants them. */

/** Characters a label value may have; the rest is cut off. */
export const MAX_LABEL_VALUE = 200;

const UNCLEAN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;
const SPECIAL = /["\\\n]/g;
const SUSPECT = /["\\\u0000-\u001f\u007f-\u009f\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A value that prints: too long is cut, control characters become U+FFFD. Newlines stay. */
export function cleanValue(value: string): string {
  const short = value.length > MAX_LABEL_VALUE ? value.slice(0, MAX_LABEL_VALUE) : value;
  if (!SUSPECT.test(short)) return short;
  return short.replace(UNCLEAN, "\ufffd").replace(LONE_SURROGATE, "\ufffd");
}

/** `value` as it stands between the quotes of a label. */
export function escapeValue(value: string): string {
  if (value.length <= MAX_LABEL_VALUE && !SUSPECT.test(value)) return value;
  const clean = cleanValue(value);
  return SUSPECT.test(clean)
    ? clean.replace(SPECIAL, (char) => (char === "\n" ? "\\n" : `\\${char}`))
    : clean;
}

/** A label name made of any text: what is not allowed in one becomes `_`. */
export const labelName = (text: string): string =>
  text.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d|$)/, "_");

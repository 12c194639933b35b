import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml, html } from "../../../poller/http/html.ts";

test("a template escapes texts, and takes HTML as it is", () => {
  const parts = [html`<i>${1}</i>`, html`<i>${"<2>"}</i>`];
  expect(html`<p title="${'"'}">${parts}${html`<br />`}</p>`.html).toBe(
    '<p title="&quot;"><i>1</i><i>&lt;2&gt;</i><br /></p>',
  );
});

test("a text turns no direction of writing", () => {
  expect(html`<p>${"\u202eevil\u0007"}</p>`.html).toBe("<p>\ufffdevil\ufffd</p>");
});

test("whatever a text is, it opens no tag and ends no attribute", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !/[<>"']/.test(escapeHtml(text))));
});

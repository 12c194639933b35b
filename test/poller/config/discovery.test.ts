import { expect, test } from "vitest";
import { parseConfig } from "../../../poller/config.ts";

const read = (text: string) => parseConfig(text, "p.yaml");

test("places that list hosts are read", () => {
  const { fileSd, httpSd } = read(
    'file_sd: [{ files: ["a/*.json", b.yml] }, { files: [c.yaml] }]\nhttp_sd: [{ url: "http://x/sd" }, { url: "https://y", refresh: 5m }]\n',
  );
  expect(fileSd).toEqual(["a/*.json", "b.yml", "c.yaml"]);
  expect(httpSd).toEqual([
    { url: "http://x/sd", refreshSeconds: 60 },
    { url: "https://y", refreshSeconds: 300 },
  ]);
});

test.each([
  ["file_sd: [{ files: [a.txt] }]", /file_sd\[0\]\.files\[0\]: must end in \.json/],
  ["file_sd: [{ files: [] }]", /file_sd\[0\]\.files: must be at least 1/],
  ["http_sd: [{ url: ftp://x }]", /http_sd\[0\]\.url: must be an http or https URL$/],
  ["http_sd: [{ url: nonsense }]", /http_sd\[0\]\.url: must be an http or https URL$/],
  ["http_sd: [{ url: http://ann:hunter2@x }]", /url: must not hold a user or a password/],
  ["http_sd: [{ url: http://x, refresh: 1ms }]", /refresh: must be from 1s to 1d, not 1ms/],
])("%s is refused", (text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).not.toThrow(/hunter2/);
});

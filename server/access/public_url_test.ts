import { assertEquals } from "../../tests/support/assert.ts";
import { parsePublicUrl, withoutPrefix } from "./public_url.ts";

Deno.test("a public address: scheme, host and port as a browser sends them, and the path's prefix", () => {
  const read = (text: string) => {
    const url = parsePublicUrl(text);
    return url && `${url.origin} ${url.host} ${url.prefix}`;
  };
  assertEquals(read("https://Tools.acme.dev"), "https://tools.acme.dev tools.acme.dev ");
  assertEquals(read("https://tools.acme.dev:443/a/b//"), "https://tools.acme.dev tools.acme.dev /a/b");
  assertEquals(read("http://10.0.0.7:8787/"), "http://10.0.0.7:8787 10.0.0.7:8787 ");
  for (const wrong of ["tools.acme.dev", "ftp://a", "https:///a", "https://a?b", "https://a#b", "https://u:p@a", ""]) {
    assertEquals(read(wrong), null, wrong);
  }
});

Deno.test("a prefix is removed once, and only as whole segments", () => {
  const CASES: [target: string, prefix: string, expected: string][] = [
    ["/quota/v1/models", "/quota", "/v1/models"],
    ["/quota/quota/v1", "/quota", "/quota/v1"],
    ["/v1/models", "/quota", "/v1/models"],
    ["/quota", "/quota", "/"],
    ["/quota?a=1", "/quota", "/?a=1"],
    ["/quotas/v1", "/quota", "/quotas/v1"],
    ["/quota/v1", "", "/quota/v1"],
  ];
  for (const [target, prefix, expected] of CASES) assertEquals(withoutPrefix(target, prefix), expected);
});

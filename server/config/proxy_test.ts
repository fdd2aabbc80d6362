import { assertEquals } from "../../tests/support/assert.ts";
import { proxyFor, readNoProxy, readProxyUrl } from "./proxy.ts";

const PROXIES: [text: string, url: string | undefined][] = [
  ["http://proxy:3128", "http://proxy:3128/"],
  ["http://proxy:3128/", "http://proxy:3128/"],
  ["HTTP://Proxy", "http://proxy/"],
  ["proxy.example.org:3128", "http://proxy.example.org:3128/"],
  ["proxy", "http://proxy/"],
  ["[::1]:3128", "http://[::1]:3128/"],
  ["http://user:p%3Aw@proxy:3128", "http://user:p%3Aw@proxy:3128/"],
  ["user:pw@proxy:3128", "http://user:pw@proxy:3128/"],
  ["https://proxy:3128", undefined],
  ["socks5://proxy:1080", undefined],
  ["http://", undefined],
  ["http://proxy:99999", undefined],
  ["http://proxy/path", undefined],
  ["http://proxy?query", undefined],
  ["http://us%er:pw@proxy", undefined],
];
for (const [text, url] of PROXIES) {
  Deno.test(`${text} is ${url ? "a proxy" : "not a proxy that can be used"}`, () =>
    assertEquals(readProxyUrl(text), url));
}

/** Whether an upstream is exempt from the proxy. */
const EXEMPT: [no_proxy: string, upstream_url: string, exempt: boolean][] = [
  ["*", "https://api.openai.com/v1", true],
  ["api.openai.com", "https://api.openai.com/v1", true],
  ["API.OpenAI.com", "https://api.openai.com/v1", true],
  ["openai.com", "https://api.openai.com/v1", true],
  [".openai.com", "https://api.openai.com/v1", true],
  ["*.openai.com", "https://api.openai.com/v1", true],
  ["openai.com.", "https://api.openai.com./v1", true],
  ["penai.com", "https://api.openai.com/v1", false],
  ["api.openai.com.evil.org", "https://api.openai.com/v1", false],
  ["example.org, openai.com", "https://api.openai.com/v1", true],
  ["example.org openai.com", "https://api.openai.com/v1", true],
  ["example.org,,", "https://api.openai.com/v1", false],
  ["openai.com:443", "https://api.openai.com/v1", true],
  ["openai.com:8443", "https://api.openai.com/v1", false],
  ["openai.com:80", "http://api.openai.com/v1", true],
  ["10.1.2.3", "http://10.1.2.3:8080/v1", true],
  ["10.1.2.3:8080", "http://10.1.2.3:8080/v1", true],
  ["10.1.2.3:80", "http://10.1.2.3:8080/v1", false],
  ["1.2.3", "http://10.1.2.3:8080/v1", false],
  ["2.3", "http://10.1.2.3:8080/v1", false],
  ["10.0.0.0/8", "http://10.1.2.3:8080/v1", true],
  ["10.2.0.0/16", "http://10.1.2.3:8080/v1", false],
  ["fd00::1", "http://[fd00::1]:8080/v1", true],
  ["FD00:0::1", "http://[fd00::1]:8080/v1", true],
  ["[fd00::1]", "http://[fd00::1]:8080/v1", true],
  ["[fd00::1]:8080", "http://[fd00::1]:8080/v1", true],
  ["[fd00::1]:80", "http://[fd00::1]:8080/v1", false],
  ["fd00::/16", "http://[fd00::1]:8080/v1", true],
  ["fd01::/16", "http://[fd00::1]:8080/v1", false],
  ["example.org", "http://localhost:8080/v1", true],
  ["example.org", "http://127.0.0.1:8080/v1", true],
  ["example.org", "http://[::1]:8080/v1", true],
];
for (const [text, upstream_url, exempt] of EXEMPT) {
  Deno.test(`NO_PROXY=${text}: ${upstream_url} is reached ${exempt ? "directly" : "through the proxy"}`, () => {
    const proxies = { HTTPS_PROXY: "http://secure/", HTTP_PROXY: "http://plain/" };
    const expected = upstream_url.startsWith("https:") ? "http://secure/" : "http://plain/";
    assertEquals(proxyFor(upstream_url, { ...proxies, NO_PROXY: readNoProxy(text)! }), exempt ? null : expected);
  });
}

Deno.test("a proxy for https is not used for http, nor the other way round", () => {
  const none = { HTTPS_PROXY: null, HTTP_PROXY: null, NO_PROXY: null };
  assertEquals(proxyFor("http://api.test/v1", { ...none, HTTPS_PROXY: "http://a/" }), null);
  assertEquals(proxyFor("https://api.test/v1", { ...none, HTTP_PROXY: "http://a/" }), null);
  assertEquals(proxyFor("https://api.test/v1", { ...none, HTTPS_PROXY: "http://a/" }), "http://a/");
});

for (
  const text of [
    "http://example.org",
    "example.org/path",
    "a..b",
    "10.0.0.0/33",
    "[fd00::1",
    "ex ample:x",
    "host:999999",
  ]
) {
  Deno.test(`NO_PROXY=${text} cannot be understood`, () => assertEquals(readNoProxy(text), undefined));
}

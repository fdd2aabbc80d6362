import fc from "fast-check";
import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { type AddressFault, parseService, webAddress } from "./address.ts";
import { describeAddressFault } from "./describe_address.ts";

const SERVICES: [typed: string, server_url: string, workspace_id?: string][] = [
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
  [" http://127.0.0.1:8787/ ", "http://127.0.0.1:8787"],
  ["localhost:8787", "http://localhost:8787"],
  ["127.0.0.1:8787", "http://127.0.0.1:8787"],
  ["[::1]:8787", "http://[::1]:8787"],
  ["quota", "http://quota"],
  ["quota.acme.dev", "http://quota.acme.dev"],
  ["Quota_1.ACME.dev:443/x", "http://quota_1.acme.dev:443/x"],
  ["https://Quota.Example:443", "https://quota.example"],
  ["HTTPS://quota.example/", "https://quota.example"],
  ["https:quota.example", "https://quota.example"],
  ["http://bücher.example", "http://xn--bcher-kva.example"],
  ["https://tools.acme.dev/quota/", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/Quota//", "https://tools.acme.dev/Quota"],
  ["https://tools.acme.dev/quota?tab=1#top", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/quota/api/quota/status", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/api/gauge", "https://tools.acme.dev/api/gauge"],
  ["https://tools.acme.dev/healthz", "https://tools.acme.dev"],
  ["http://127.0.0.1:8787/api/quota/status?workspace_id=Acme", "http://127.0.0.1:8787", "Acme"],
  ["ws://127.0.0.1:8787/api/quota/ws?workspace_id=acme", "http://127.0.0.1:8787", "acme"],
  ["wss://quota.example/api/quota/ws", "https://quota.example"],
  ["https://tools.acme.dev/quota/v1", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/quota/v1/chat/completions", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/v1/", "https://tools.acme.dev"],
  ["https://tools.acme.dev//v1", "https://tools.acme.dev"],
  ["https://tools.acme.dev/V1", "https://tools.acme.dev"],
  ["https://tools.acme.dev/v1beta", "https://tools.acme.dev/v1beta"],
  ["https://tools.acme.dev/quota/w/acme/v1", "https://tools.acme.dev/quota", "acme"],
  ["https://tools.acme.dev/w/acme/v1?x=1", "https://tools.acme.dev", "acme"],
  ["https://tools.acme.dev/w/acme/", "https://tools.acme.dev", "acme"],
  ["127.0.0.1:8787/w/acme/v1", "http://127.0.0.1:8787", "acme"],
  ['"http://127.0.0.1:8787/w/acme/v1"', "http://127.0.0.1:8787", "acme"],
  ["<https://quota.example/w/acme/v1>", "https://quota.example", "acme"],
];

for (const [typed, server_url, workspace_id] of SERVICES) {
  Deno.test(`FAULT 58: the service's address in ${JSON.stringify(typed)} is understood`, () => {
    assertEquals(parseService(typed), { server_url, workspace_id });
  });
}

const FAULTS: [typed: string, fault: AddressFault][] = [
  ["", "empty"],
  ["  ", "empty"],
  ['""', "empty"],
  ["nonsense here", "spaces"],
  ["my server:8787", "spaces"],
  ["http://127.0.0.1:8787\nhttp://quota.example", "spaces"],
  ["javascript:alert(1)", "scheme"],
  ["JavaScript:1", "scheme"],
  ["javascript:alert(1)//://", "scheme"],
  ["data:1", "scheme"],
  ["file:", "scheme"],
  ["file:///etc/passwd", "scheme"],
  ["ftp://quota.example", "scheme"],
  ["chrome://settings", "scheme"],
  ["mailto://x", "scheme"],
  ["http://me:secret@quota.example", "password"],
  ["me@quota.example", "password"],
  ["0.0.0.0:8787", "listening"],
  ["http://[::]:8787", "listening"],
  ["http://", "malformed"],
  ["8787", "malformed"],
  [":8787", "malformed"],
  ["http:8787", "malformed"],
  ["my-server:port", "malformed"],
  ["127.0.0.1:99999", "malformed"],
  ["nonsense!", "malformed"],
  ["hello,world", "malformed"],
  ["...", "malformed"],
  ["*", "malformed"],
  ["http://*.acme.dev", "malformed"],
];

for (const [typed, fault] of FAULTS) {
  Deno.test(`FAULT 58: ${JSON.stringify(typed)} is refused as an address, in words`, () => {
    assertEquals([parseService(typed), webAddress(typed)], [fault, fault]);
    const sentence = describeAddressFault(typed, fault, "service");
    assertStringIncludes(sentence, "Write it like http://127.0.0.1:8787.");
    assert(!sentence.includes("secret"));
  });
}

Deno.test("a web page's address is kept whole", () => {
  assertEquals(String(webAddress("localhost:3000/chat?room=1#x")), "http://localhost:3000/chat?room=1#x");
});

Deno.test("any text is an http(s) address without a password, or has a fault", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain()), (text) => {
    const service = parseService(text);
    if (typeof service === "string") return;
    assert(/^https?:\/\/[^/@\s]+(?:\/\S*[^/]|)$/.test(service.server_url), service.server_url);
    assertEquals(parseService(service.server_url), { server_url: service.server_url, workspace_id: undefined });
  }));
});

const TRAILING: [text: string, server_url: string][] = [
  ["http://a.dev/'/", "http://a.dev"],
  ["http://a.dev/v1'/v1/", "http://a.dev"],
  ["http://a.dev/quota/''//", "http://a.dev/quota"],
  ["http://a.dev/w/a/w/b/v1", "http://a.dev"],
  ["http://a.dev/it's/v1", "http://a.dev/it's"],
];

for (const [text, server_url] of TRAILING) {
  Deno.test(`what is left of ${text} is read the same again`, () => {
    const service = parseService(text) as { server_url: string };
    assertEquals([service.server_url, parseService(server_url)], [server_url, { server_url, workspace_id: undefined }]);
  });
}

const HOSTILE = [
  "/".repeat(1_900) + "x",
  "/v1".repeat(600) + "!",
  "/w/a".repeat(450),
  " ".repeat(1_900) + "x",
  "/".repeat(1e6),
];

for (const [at, tail] of HOSTILE.entries()) {
  Deno.test(`FAULT 54: a hostile address is read within 50 ms: ${at + 1} of ${HOSTILE.length}`, () => {
    const started = performance.now();
    parseService(`http://quota.example${tail}`);
    parseService(tail);
    assert(performance.now() - started < 50);
  });
}

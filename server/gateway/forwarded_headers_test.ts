import { assertEquals } from "../../tests/support/assert.ts";
import { callerHeaders, upstreamHeaders } from "./forwarded_headers.ts";

Deno.test("the upstream gets the caller's headers without those of the hop, of proxies and of the gateway", () => {
  const headers = {
    authorization: "Bearer sk-own",
    "openai-beta": "one, two",
    host: "127.0.0.1",
    connection: "keep-alive, X-Hop",
    "x-hop": "1",
    te: "trailers",
    "transfer-encoding": "chunked",
    "content-length": "5",
    "accept-encoding": "gzip",
    expect: "100-continue",
    "x-workspace-id": "acme",
    "x-quota-app": "app",
    "x-quota-call-id": "call-0001",
    "x-quota-on-limit": "wait",
    "x-quota-max-wait": "30s",
    forwarded: "for=10.0.0.7",
    via: "1.1 proxy",
    "x-forwarded-for": "10.0.0.7",
    "x-forwarded-host": "tools.acme.dev",
    "x-forwarded-port": "443",
    "x-forwarded-prefix": "/quota",
    "x-forwarded-proto": "https",
    "x-forwarded-server": "proxy",
    "x-real-ip": "10.0.0.7",
    cookie: undefined,
  };
  const sent = {
    authorization: "Bearer sk-own",
    "openai-beta": "one, two",
    "accept-encoding": "identity",
    via: "1.1 us",
  };
  assertEquals(upstreamHeaders(headers, null, "1.1 us"), sent);
  assertEquals(upstreamHeaders(headers, "sk-ours", "1.1 us"), { ...sent, authorization: "Bearer sk-ours" });
});

Deno.test("the caller gets the upstream's headers in order and spelling, without those of the hop", () => {
  const raw = [
    "X-B",
    "1",
    "Connection",
    "close, X-Gone",
    "x-gone",
    "1",
    "Set-Cookie",
    "a",
    "x-a",
    "2",
    "SET-COOKIE",
    "b",
    "Content-Length",
    "9",
    "Transfer-Encoding",
    "chunked",
    "Keep-Alive",
    "timeout=5",
  ];
  assertEquals(callerHeaders(raw), [
    "X-B",
    "1",
    "Set-Cookie",
    "a",
    "x-a",
    "2",
    "SET-COOKIE",
    "b",
    "Content-Length",
    "9",
  ]);
  assertEquals(callerHeaders(raw, true).includes("Content-Length"), false);
});

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
    "accept-encoding": "gzip",
    via: "1.1 us",
  };
  assertEquals(upstreamHeaders(headers, null, "1.1 us"), sent);
  assertEquals(upstreamHeaders(headers, "sk-ours", "1.1 us"), { ...sent, authorization: "Bearer sk-ours" });
});

Deno.test("no header for the service reaches the upstream, with hyphens or underscores", () => {
  const names = [
    ..."x-admin-key x_admin_key x-admin_key x-workspace-id x_workspace_id x-quota-key x_quota_key".split(" "),
    ..."x-quota-on-limit x-quota-max-wait x-quota-call-id x-quota-app x-quota-anything x_quota_anything".split(" "),
  ];
  const others = ["x-admin-keys", "x-quotas", "x-workspace-ids", "x-api-key", "xquota-key", "quota-key"];
  const headers = Object.fromEntries([...names, ...others].map((name) => [name, "1"]));
  assertEquals(Object.keys(upstreamHeaders(headers, null, "1.1 us")), [...others, "via"]);
});

Deno.test("our cookies are removed, and the caller's own stay as they are", () => {
  const key = "qg_read_abcdefgh_0123456789";
  const cases: [cookie: string, sent: string | undefined][] = [
    ["__cf_bm=a; theme=dark", "__cf_bm=a; theme=dark"],
    ["qg_session=secret", undefined],
    ["a=1; qg_session=secret; b=2", "a=1; b=2"],
    ["QG_Session=secret;a=1", "a=1"],
    ["__Host-qg-session=secret; a=1", "a=1"],
    ["__Secure-quota_gauge.sid=secret; quota-session=x;a=1", "a=1"],
    [`session=${key}; a="b; c"`, 'a="b; c"'],
    ["quote=1; my_qg_x=2", "quote=1; my_qg_x=2"],
    ["", ""],
  ];
  for (const [cookie, sent] of cases) {
    assertEquals(upstreamHeaders({ cookie }, null, "1.1 us").cookie, sent, cookie);
  }
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

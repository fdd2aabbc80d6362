import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { type Exchange, startUpstream } from "../support/upstream.ts";
import { brief, HELLO, type Room, withUpstream } from "./room.ts";
import type { Upstream } from "../support/upstream.ts";

const JSON_TYPE = { "content-type": "application/json", authorization: "Bearer sk-caller" };
const BODY = JSON.stringify(HELLO);

const redirect = (status: number, location: string) => (exchange: Exchange) =>
  exchange.raw("moved", status, { location, "content-type": "text/html" });

/** Sends a chat through the gateway, without following redirects. */
function chat({ gateway }: Room<Upstream>, init: RequestInit = {}): Promise<Response> {
  const url = gateway("/chat/completions?a=b");
  return fetch(url, { method: "POST", headers: JSON_TYPE, body: BODY, redirect: "manual", ...init });
}

Deno.test(
  "a redirect to the same server is followed with the body, and counts as one attempt more of the call",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    const { origin } = new URL(upstream.url);
    const cases: [status: number, location: string, path: string][] = [
      [307, "/v2/chat", "/v2/chat"],
      [308, `${origin}/v1/chat/completions/?c=d`, "/v1/chat/completions/?c=d"],
      [307, `${origin.toUpperCase().replace("HTTP", "http")}/other`, "/other"],
      [308, `//${new URL(origin).host}/slashes`, "/slashes"],
      [307, "completions/nested", "/v1/chat/completions/nested"],
      [307, "../up#fragment", "/v1/up"],
      [308, "?only=query", "/v1/chat/completions?only=query"],
    ];
    for (const [nth, [status, location, path]] of cases.entries()) {
      upstream.once(redirect(status, location));
      upstream.once((exchange) =>
        exchange.json({ model: "gpt-5.4", usage: { prompt_tokens: 7, completion_tokens: 3 } })
      );
      const response = await chat(room);
      assertEquals([response.status, (await response.json()).model], [200, "gpt-5.4"], location);
      const [first, second] = upstream.entries.slice(nth * 2);
      assertEquals([first.path, second.path, second.method], ["/v1/chat/completions?a=b", path, "POST"]);
      assertEquals([second.body, second.headers.authorization], [BODY, "Bearer sk-caller"]);
    }
    const all = await rows();
    for (let nth = 0; nth < cases.length; nth++) {
      const [first, second] = all.slice(nth * 2);
      assertEquals(brief(first), ["chat/completions", "failed", "none", 0]);
      assertEquals([first.http_status, first.error_code], [cases[nth][0], "redirected"]);
      assertEquals(brief(second), ["chat/completions", "ok", "counted", 10]);
      assertEquals([first.call_id === second.call_id, first.retry, second.retry], [true, 0, 1]);
    }
    assertEquals(all.length, cases.length * 2);
  }),
);

Deno.test(
  "a redirected GET and a redirected stream are followed, too",
  withUpstream(async ({ upstream, plain, rows }) => {
    upstream.once(redirect(307, "/v1/models/"));
    upstream.once((exchange) => exchange.json({ object: "list", data: [{ id: "m" }] }));
    assertEquals((await plain().models.list()).data.map(({ id }) => id), ["m"]);
    upstream.once(redirect(308, "/v1/chat/completions"));
    let text = "";
    for await (const chunk of await plain().chat.completions.create({ ...HELLO, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
    }
    assertEquals(text.length > 0, true);
    assertEquals((await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]), [
      ["failed", "none"],
      ["ok", "none"],
      ["failed", "none"],
      ["ok", "counted"],
    ]);
  }),
);

Deno.test(
  "any other redirect is answered with 502 and a reason, without the address to which it leads",
  withUpstream(async (room) => {
    const elsewhere = await startUpstream();
    const { origin, port } = new URL(room.upstream.url);
    const cases: [status: number, location: string][] = [
      [307, elsewhere.url],
      [308, `${elsewhere.url}/chat/completions?signature=secret`],
      [307, `http://localhost:${port}/v1/chat/completions`],
      [307, `https://127.0.0.1:${port}/v1/chat/completions`],
      [307, `http://user:secret@127.0.0.1:${port}/v1/chat/completions`],
      [308, "ftp://127.0.0.1/"],
      [307, "http://[bad"],
      [301, "/v1/chat/completions"],
      [302, `${origin}/v1/chat/completions`],
      [303, "/v1/chat/completions"],
      [300, "/v1/chat/completions"],
      [305, elsewhere.url],
    ];
    for (const [status, location] of cases) {
      room.upstream.once(redirect(status, location));
      const response = await chat(room);
      const text = await response.text();
      assertEquals([response.status, JSON.parse(text).error.code], [502, "upstream_redirected"], location);
      assertMatch(text, new RegExp(`the upstream redirects it \\(${status}\\) .*QUOTA_UPSTREAM_URL`));
      assertEquals(response.headers.get("x-should-retry"), "false");
      for (const shown of [text, JSON.stringify([...response.headers])]) {
        assertEquals(/127\.0\.0\.1|localhost|secret|location/i.test(shown), false, shown);
      }
    }
    assertEquals([room.upstream.entries.length, elsewhere.entries.length], [cases.length, 0]);
    const all = await room.rows();
    assertEquals(all.map((row) => [row.outcome, row.error_code]), cases.map(() => ["failed", "redirected"]));
    await elsewhere.close();
  }),
);

Deno.test(
  "redirects that lead in a circle end after three",
  withUpstream(async (room) => {
    room.upstream.reply(redirect(307, "/v1/chat/completions"));
    const response = await chat(room);
    assertEquals([response.status, (await response.json()).error.code], [502, "upstream_redirected"]);
    assertEquals([room.upstream.entries.length, (await room.rows()).length], [4, 4]);
  }),
);

Deno.test(
  "an answer that is no redirect passes: 304, and 300 without an address",
  withUpstream(async (room) => {
    for (const [status, headers] of [[304, { location: "/a", etag: "b" }], [300, {}]] as const) {
      room.upstream.once((exchange) => exchange.raw("", status, headers));
      assertEquals((await chat(room)).status, status);
    }
  }),
);

Deno.test(
  "a redirected attempt needs room in the limits as any other does",
  withUpstream(async (room) => {
    room.upstream.reply(redirect(307, "/v1/chat/completions"));
    const response = await chat(room);
    const { error } = await response.json();
    assertEquals([response.status, error.code, room.upstream.entries.length], [429, "workspace_rate_limited", 2]);
    assertStringIncludes(error.message, "requests");
  }, { limits: { requests_per_minute: 2 } }),
);

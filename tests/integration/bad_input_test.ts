import { connect } from "node:net";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { MAX_BODY_BYTES } from "../../server/gateway/http/request_body.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";
import type { Upstream } from "../support/upstream.ts";

const JSON_TYPE = { "content-type": "application/json" };
const CHAT = "/w/acme/v1/chat/completions";

/** Sends bytes as a request; resolves to the whole response when the service closes the connection. */
function raw({ service }: Room<Upstream>, request: string): Promise<string> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1").on("data", (text) => answer += text);
    socket.on("close", () => resolve(answer)).on("error", reject);
    socket.write(request.replaceAll("\n", "\r\n").replace("HOST", `${hostname}:${port}`), "latin1");
  });
}

async function code(answer: Response | Promise<Response>): Promise<[number, string]> {
  const { status, body } = await Promise.resolve(answer).then(async (got) => ({
    status: got.status,
    body: await got.json(),
  }));
  return [status, body.error?.code ?? body.code];
}

/** Asserts that nothing was sent to the upstream or counted. */
async function assertNothing({ upstream, rows, service }: Room<Upstream>, workspace = "acme"): Promise<void> {
  assertEquals([upstream.entries.length, (await rows(workspace)).length], [0, 0]);
  assertEquals(service.tracker.status(workspace).stats.requests_per_minute?.current, 0);
}

Deno.test(
  "an invalid workspace id is refused, in the path and the header, and the connection stays usable",
  withUpstream(async (room) => {
    const { url } = room.service;
    const body = JSON.stringify(HELLO);
    for (const id of ["-a", "a%20b", "__proto__", "a".repeat(65), "%00", "a%E2%80%AEb", "%", "é"]) {
      const path = `${url}/w/${id}/v1/chat/completions`;
      const [status, said] = await code(fetch(path, { method: "POST", headers: JSON_TYPE, body }));
      assertEquals([status, ["invalid_workspace", "malformed_path"].includes(said)], [400, true], id);
    }
    const headers = { ...JSON_TYPE, "x-workspace-id": "no such id" };
    assertEquals(await code(fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body })), [
      400,
      "invalid_workspace",
    ]);
    await assertNothing(room);
    const one = `POST /w/!!/v1/x HTTP/1.1\nHost: HOST\nContent-Length: 5\n\nhello`;
    const two =
      `POST ${CHAT} HTTP/1.1\nHost: HOST\nContent-Type: application/json\nConnection: close\nContent-Length: `;
    const host = new URL(url).host;
    const answer = await raw(room, `${one.replace("HOST", host)}${two}${body.length}\n\n${body}`);
    assertEquals(answer.match(/HTTP\/1.1 \d+/g), ["HTTP/1.1 400", "HTTP/1.1 200"]);
  }),
);

Deno.test(
  "the workspace is that of the path, else of the header, else the default",
  withUpstream(async ({ service, rows }) => {
    const post = (path: string, headers: Record<string, string>) =>
      fetch(service.url + path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(HELLO) })
        .then((answer) => answer.text());
    await post("/v1/chat/completions", {});
    await post("/v1/chat/completions", { "x-workspace-id": "Blue" });
    await post("/w/Green/v1/chat/completions", { "x-workspace-id": "blue" });
    const counts = await Promise.all(["default", "blue", "green"].map(async (id) => (await rows(id)).length));
    assertEquals(counts, [1, 1, 1]);
  }),
);

Deno.test(
  "FAULT 53: a body over the maximum size is 413, with a content-length or in chunks, and nothing is sent",
  withUpstream(async (room) => {
    const head = `POST ${CHAT} HTTP/1.1\nHost: HOST\nContent-Length: ${MAX_BODY_BYTES + 1}\n\n`;
    assertStringIncludes(await raw(room, head), "HTTP/1.1 413");
    const part = new Uint8Array(8 << 20);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent > MAX_BODY_BYTES) return controller.close();
        sent += part.byteLength;
        controller.enqueue(part);
      },
    });
    const answer = await fetch(room.gateway("/files"), { method: "POST", body });
    assertEquals(await code(answer), [413, "body_too_large"]);
    await assertNothing(room);
    // The service still works.
    const good = { method: "POST", headers: JSON_TYPE, body: JSON.stringify(HELLO) };
    assertEquals((await (await fetch(room.gateway("/chat/completions"), good)).json()).usage.total_tokens, 20);
  }),
);

Deno.test(
  "a path with invalid characters is 400, and nothing is sent or counted",
  withUpstream(async (room) => {
    for (const path of ["/v1/models/\xe9", "/v1/models?after=\x80"]) {
      const answer = await raw(room, `GET ${path} HTTP/1.1\nHost: HOST\n\n`);
      assertStringIncludes(answer, "HTTP/1.1 400");
      assertStringIncludes(answer, "invalid_request");
    }
    await assertNothing(room);
    await assertNothing(room, "default");
  }),
);

Deno.test(
  "a foreign Origin, a foreign Host and dot segments are refused, and nothing is sent or counted",
  withUpstream(async (room) => {
    const origin = { ...JSON_TYPE, origin: "https://evil.example" };
    const init = { method: "POST", headers: origin, body: JSON.stringify(HELLO) };
    assertEquals(await code(fetch(room.gateway("/chat/completions"), init)), [403, "foreign_origin"]);
    const rebound = await raw(room, `GET /v1/models HTTP/1.1\nHost: evil.example\n\n`);
    assertStringIncludes(rebound, "foreign_host");
    for (const path of ["/v1/../api", "/v1/%2e%2e/api", "/w/acme/v1/a/./b", "/v1/..;/b", "/v1/a\\b"]) {
      assertStringIncludes(await raw(room, `GET ${path} HTTP/1.1\nHost: HOST\n\n`), "malformed_path");
    }
    await assertNothing(room);
    await assertNothing(room, "default");
  }),
);

Deno.test(
  "malformed JSON is forwarded to the provider, which refuses it, and is counted as a request",
  withUpstream(async ({ gateway, upstream, rows }) => {
    upstream.reply((exchange) => exchange.json({ error: { message: "bad", code: "invalid_json" } }, 400));
    for (const body of ['{"model":', "[]", "null", "\ud800", '{"stream":true,"stream_options":[1]}', "{}"]) {
      const answer = await fetch(gateway("/chat/completions"), { method: "POST", headers: JSON_TYPE, body });
      assertEquals(await code(answer), [400, "invalid_json"]);
      assertEquals(upstream.entries.at(-1)!.body, new TextDecoder().decode(new TextEncoder().encode(body)));
    }
    assertEquals(
      (await rows()).map(({ outcome, http_status }) => [outcome, http_status]),
      Array(6).fill(["failed", 400]),
    );
  }),
);

Deno.test(
  "HEAD, GET, DELETE, queries and repeated headers are forwarded unchanged",
  withUpstream(async ({ gateway, upstream, rows }) => {
    upstream.reply((exchange) => {
      exchange.response.setHeader("set-cookie", ["a=1", "b=2"]);
      exchange.json({ data: [] }, 200, { "X-Spelled-So": "1", "content-length": "11" });
    });
    const head = await fetch(gateway("/models"), { method: "HEAD" });
    assertEquals([head.status, head.headers.get("content-length"), await head.text()], [200, "11", ""]);
    const list = await fetch(gateway("/models?limit=2&after=x%2Fy&limit=3"));
    assertEquals([await list.json(), list.headers.getSetCookie()], [{ data: [] }, ["a=1", "b=2"]]);
    await (await fetch(gateway("/files/file-1"), { method: "DELETE" })).text();
    const headers = new Headers({ authorization: "Bearer sk-own" });
    headers.append("openai-beta", "one");
    headers.append("openai-beta", "two");
    await (await fetch(gateway("/files"), { headers })).text();
    const asked = upstream.entries.map(({ method, path }) => `${method} ${path}`);
    const query = "/v1/models?limit=2&after=x%2Fy&limit=3";
    assertEquals(asked, ["HEAD /v1/models", `GET ${query}`, "DELETE /v1/files/file-1", "GET /v1/files"]);
    const { headers: got } = upstream.entries[3];
    assertEquals([got["openai-beta"], got.authorization], ["one, two", "Bearer sk-own"]);
    assertEquals((await rows()).map(({ endpoint, usage_source }) => [endpoint, usage_source]), [
      ["models", "none"],
      ["models", "none"],
      ["files/file-1", "none"],
      ["files", "none"],
    ]);
  }),
);

Deno.test(
  "response headers keep their order, case and repeats; hop-by-hop headers are not forwarded",
  withUpstream(async (room) => {
    room.upstream.reply((exchange) => {
      exchange.response.sendDate = false;
      exchange.entry.status = 203;
      exchange.response.writeHead(
        203,
        "Fine",
        [
          ["X-Zed", "1"],
          ["Set-Cookie", "a=1"],
          ["x-Alpha", "caf\u00e9"],
          ["Set-Cookie", "b=2"],
          ["Keep-Alive", "timeout=99"],
          ["Content-Type", "application/json"],
          ["Content-Length", "2"],
        ].flat(),
      );
      // Written as bytes, since a string would be encoded as UTF-8.
      exchange.response.end(new TextEncoder().encode("{}"));
    });
    const answer = await raw(room, `GET /w/acme/v1/models HTTP/1.1\nHost: HOST\nConnection: close\n\n`);
    const [head, body] = answer.split("\r\n\r\n");
    const [status, ...lines] = head.split("\r\n");
    assertEquals([status, body], ["HTTP/1.1 203 Fine", "{}"]);
    const kept = lines.filter((line) => !/^(date|connection|x-quota-[a-z-]+):/i.test(line));
    assertEquals(kept, [
      "X-Zed: 1",
      "Set-Cookie: a=1",
      "x-Alpha: caf\u00e9",
      "Set-Cookie: b=2",
      "Content-Type: application/json",
      "Content-Length: 2",
    ]);
  }),
);

Deno.test(
  "the service's own key goes to the upstream, and the caller's does not",
  withUpstream(async ({ plain, upstream }) => {
    await plain().chat.completions.create(HELLO);
    assertEquals(upstream.entries[0].headers.authorization, "Bearer sk-of-the-service");
  }, { upstream_key: "sk-of-the-service" }),
);

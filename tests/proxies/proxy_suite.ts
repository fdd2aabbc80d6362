/** What every documented proxy must pass on. */
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { bodyOf, type ProxyStage } from "./proxy_stage.ts";

export const PROXY_SUITE: Record<string, (stage: ProxyStage) => Promise<void>> = {
  async "requests below the prefix reach the service, and others do not"({ ask }) {
    const status = await ask("/quota/api/quota/status", "read");
    assertStringIncludes(await bodyOf(status), '"workspace_id":"acme"');
    assertEquals((await ask("/quota/api/quota/status", "none")).statusCode, 401);
    assertEquals((await ask("/quota/healthz", "none")).statusCode, 200);
    assertEquals((await ask("/api/quota/status", "read")).headers["content-type"] === "application/json", false);
  },

  async "a WebSocket is upgraded and sends the status"({ socket }) {
    const opened = socket("/quota/api/quota/ws", "read");
    const message = await new Promise<string>((resolve, reject) => {
      opened.on("message", (data) => resolve(data.toString()));
      opened.on("error", reject);
    });
    assertStringIncludes(message, '"quota_update"');
    opened.close();
    await new Promise((resolve) => opened.on("close", resolve));
  },

  async "the first chunk of a stream arrives before the second is sent"({ startCurl, keys, upstream }) {
    const taken = upstream.take();
    const body = JSON.stringify({ model: "gpt-5.4", stream: true, messages: [] });
    const headers = [`authorization: Bearer ${keys.ingest}`, "content-type: application/json"];
    await using curl = startCurl("/quota/v1/chat/completions", [...headers.flatMap((it) => ["-H", it]), "-d", body]);
    const exchange = await taken;
    exchange.startStream();
    await exchange.event({ choices: [{ index: 0, delta: { content: "first" } }] });
    await curl.until("first");
    await exchange.event({ choices: [{ index: 0, delta: { content: "second" } }] });
    await curl.until("second");
  },

  async "a caller who leaves a stream ends the call to the provider, which would be paid for"(stage) {
    const { startCurl, keys, upstream } = stage;
    const taken = upstream.take();
    const body = JSON.stringify({ model: "gpt-5.4", stream: true, messages: [] });
    const headers = [`authorization: Bearer ${keys.ingest}`, "content-type: application/json"];
    const curl = startCurl("/quota/v1/chat/completions", [...headers.flatMap((it) => ["-H", it]), "-d", body]);
    const exchange = await taken;
    exchange.startStream();
    await exchange.event({ choices: [{ index: 0, delta: { content: "first" } }] });
    await curl.until("first");
    await curl[Symbol.asyncDispose]();
    await exchange.ended;
    assertEquals(exchange.entry.end, "left");
  },

  async "an upload of the largest size passes, and a larger one is refused"({ ask, upstream }) {
    const send = (bytes: number) => {
      const headers = { "content-type": "application/octet-stream" };
      return ask("/quota/v1/uploads/parts", "ingest", { method: "POST", headers }, Buffer.alloc(bytes, "a"));
    };
    const taken = upstream.take();
    const response = send(MAX_BODY_BYTES);
    const exchange = await taken;
    assertEquals(exchange.entry.body.length, MAX_BODY_BYTES);
    assertEquals(Object.keys(exchange.entry.headers).filter((name) => name.includes("forwarded")), []);
    assertMatch(exchange.entry.headers.via, /^1\.1 quota-gauge-[\da-f]{8}$/);
    exchange.json({});
    assertEquals((await response).statusCode, 200);
    // A proxy that still sends when the service refuses may answer 502 in place of 413.
    assert([413, 502].includes((await send(MAX_BODY_BYTES + 1)).statusCode!));
    assertEquals(upstream.entries.length, 1);
  },

  async "the caller's address is the one that the proxy sees, not one that the caller writes"(
    { startCurl, keys, ask },
  ) {
    const key = `authorization: Bearer ${keys.admin}`;
    const body = JSON.stringify({ kind: "read", workspaces: ["acme"] });
    const headers = ["-H", key, "-H", "content-type: application/json", "-H", "x-forwarded-for: 6.6.6.6"];
    await using curl = startCurl("/quota/api/quota/keys", [...headers, "-d", body]);
    await curl.until('"key":"qg_read_');
    const { data: [latest] } = JSON.parse(await bodyOf(await ask("/quota/api/quota/audit", "admin")));
    assertEquals([latest.action, latest.address], ["key_created", "127.0.0.2"]);
  },
};

/** `QUOTA_MAX_BODY_BYTES` by default. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { ResponsesWS } from "openai/resources/responses/ws";
import { trackSocket } from "../../server/openai/track_socket.ts";
import { assertEquals } from "../support/assert.ts";
import { withAiMock } from "./room.ts";

Deno.test(
  "a Responses socket of the SDK is counted, a response an attempt",
  withAiMock(async ({ tracked, service, rows }) => {
    const tracking = { workspace: "acme", recorder: service.tracker, app: "socket" };
    const socket = trackSocket(new ResponsesWS(tracked()), tracking);
    const failed = new Promise((_, reject) => socket.on("error", reject));
    for (const input of ["One", "Two words"]) {
      const done = new Promise((resolve) => socket.once("response.completed", resolve));
      socket.send({ type: "response.create", model: "gpt-5.4", input: [{ role: "user", content: input }] });
      await Promise.race([done, failed]);
    }
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.close();
    await closed;
    const told = (await rows()).map((row) => [row.endpoint, row.outcome, row.usage_source, row.model, row.app]);
    assertEquals(told, Array(2).fill(["responses", "ok", "counted", "gpt-5.4", "socket"]));
  }),
);

/** The SDK's Realtime sockets insist on `wss:`; the mock speaks without TLS. */
async function withoutTls(use: () => Promise<void>): Promise<void> {
  const Native = globalThis.WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(String(url).replace(/^wss:/, "ws:"), protocols);
    }
  };
  try {
    await use();
  } finally {
    globalThis.WebSocket = Native;
  }
}

Deno.test(
  "a Realtime socket of the SDK is counted, and refused without a place",
  withAiMock(async ({ tracked, service, upstream, rows }) => {
    upstream.fixtures.unshift({ match: { predicate: () => true }, response: { content: "All is well." } });
    await withoutTls(async () => {
      const tracking = { workspace: "acme", recorder: service.tracker };
      const socket = trackSocket(new OpenAIRealtimeWebSocket({ model: "gpt-realtime" }, tracked()), tracking);
      await new Promise((resolve) => socket.socket.addEventListener("open", resolve));
      const errors: (string | null | undefined)[] = [];
      const refused = new Promise<void>((resolve) =>
        socket.on("error", ({ error }) => (errors.push(error?.code), resolve()))
      );
      const item = {
        type: "message" as const,
        role: "user" as const,
        content: [{ type: "input_text" as const, text: "Hi" }],
      };
      socket.send({ type: "conversation.item.create", item });
      const done = new Promise((resolve) => socket.once("response.done", resolve));
      socket.send({ type: "response.create" });
      await Promise.race([done, refused]);
      socket.send({ type: "response.create" });
      await refused;
      const closed = new Promise((resolve) => socket.socket.addEventListener("close", resolve));
      socket.close();
      await closed;
      assertEquals(errors, ["workspace_rate_limited"]);
    });
    const told = (await rows()).map((row) => [row.endpoint, row.outcome, row.model, row.error_code]);
    assertEquals(told, [["realtime", "ok", "gpt-realtime", null]]);
  }, { limits: { requests_per_minute: 1 } }),
);

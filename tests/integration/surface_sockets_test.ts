import type OpenAI from "openai";
import type { Fixture } from "@copilotkit/aimock";
import { until } from "../api/running.ts";
import { assertEquals } from "../support/assert.ts";
import { SOCKET_KINDS, SocketUser } from "../support/sdk_sockets.ts";
import { withAiMock } from "./room.ts";

const SAID = { type: "message", role: "user", content: [{ type: "input_text", text: "Hi" }] };

/** The mock answers each kind of socket differently. */
const WELL: Fixture = { match: { predicate: () => true }, response: { content: "All is well." } };

for (const kind of SOCKET_KINDS) {
  for (const way of ["client", "gateway"] as const) {
    Deno.test(
      `${kind.name}, ${way}: responses of an independent mock are counted, and requests over the limit are not sent`,
      withAiMock(async ({ tracked, plain, upstream, rows }) => {
        upstream.fixtures.unshift(WELL);
        const open: (client: OpenAI) => SocketUser["socket"] = way === "client" ? kind.tracked : kind.own;
        const user = new SocketUser(open(way === "client" ? tracked({}) : plain({})));
        await user.opened;
        if (kind.endpoint === "realtime") user.socket.send({ type: "conversation.item.create", item: SAID });
        for (let turn = 1; turn <= 2; turn++) {
          user.socket.send({ type: "response.create", ...(kind.endpoint === "responses" ? ASKED : {}) });
          await until(() => user.ends === turn || user.errors.length > 0, "an answer");
        }
        user.socket.send({ type: "response.create", ...(kind.endpoint === "responses" ? ASKED : {}) });
        await until(() => user.errors.length > 0, "the refusal");
        user.socket.close();
        await until(() => user.closed, "the end");
        assertEquals(user.errors, ["workspace_rate_limited"]);
        const told = (await rows()).map((row) => [row.endpoint, row.outcome, row.model, row.error_code]);
        const model = kind.endpoint === "realtime" ? "gpt-realtime" : "gpt-5.4";
        assertEquals(told, Array(2).fill([kind.endpoint, "ok", model, null]));
      }, { limits: { requests_per_minute: 2 } }),
    );
  }
}

const ASKED = { model: "gpt-5.4", input: [{ role: "user", content: "Two words" }] };

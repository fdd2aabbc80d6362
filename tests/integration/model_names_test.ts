/** A model that answers under another name than was requested: limits on either name hold. */
import OpenAI from "openai";
import { QuotaTrackedAzureOpenAI } from "../../server/client/sdk/azure_client.ts";
import { chatChunks, chatCompletion } from "../support/upstream_bodies.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import type { Upstream } from "../support/upstream.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";

const REQUESTED = "wrapper-api-gpt-4o";
const ANSWERED = "gpt-4o";

type Call = (model: string, room: Room<Upstream>) => Promise<unknown>;

/** One plain call and one stream, so that both count. */
async function both(client: OpenAI, model: string): Promise<void> {
  await client.chat.completions.create({ ...HELLO, model });
  for await (const _ of await client.chat.completions.create({ ...HELLO, model, stream: true })) { /* read */ }
}

const WAYS: [name: string, call: Call][] = [
  ["the tracked client", (model, { tracked }) => both(tracked(), model)],
  ["the gateway", (model, { plain }) => both(plain(), model)],
  ["a tracked Azure deployment", (model, { upstream, service }) => {
    const { origin } = new URL(upstream.url);
    const options = { apiKey: "azure-key", apiVersion: "2026-01-01", maxRetries: 0, workspace: "acme" };
    return both(new QuotaTrackedAzureOpenAI({ ...options, endpoint: origin, recorder: service.tracker }), model);
  }],
];

for (const [way, call] of WAYS) {
  for (const limit of [REQUESTED, ANSWERED]) {
    Deno.test(
      `through ${way}, a limit on "${limit}" holds for calls of "${REQUESTED}" that "${ANSWERED}" answers`,
      withUpstream(async (room) => {
        const { rows, service, upstream } = room;
        service.tracker.setLimits({ default: { models: { [limit]: { requests_per_minute: 2 } } } });
        upstream.reply(async (exchange) => {
          if (exchange.entry.json?.stream !== true) return exchange.json(chatCompletion(ANSWERED));
          exchange.startStream();
          for (const chunk of chatChunks(ANSWERED, true)) await exchange.event(chunk);
          await exchange.event("[DONE]");
          exchange.end();
        });
        await call(REQUESTED, room);
        await rows();
        await assertRejects(() => call(REQUESTED, room), OpenAI.RateLimitError);
        const told = (await rows()).map(({ requested_model, model }) => [requested_model, model]);
        assertEquals(told, Array(2).fill([REQUESTED, ANSWERED]));
      }),
    );
  }
}

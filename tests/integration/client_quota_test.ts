/** `client.quota`: what the last call took, and what is left for the next one. */
import { NotFoundError } from "openai";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { clientFactory } from "../../server/client/client_factory.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";
import type { Upstream } from "../support/upstream.ts";

const ANSWER = {
  model: "gpt-4o-2024-08-06",
  choices: [],
  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
};

const LIMITED = { limits: { requests_per_minute: 10, requests_per_day: null } };

/** A tracked client as in another process. */
function remote({ service, upstream }: Room<Upstream>, baseURL = upstream.url) {
  const recorder = new HttpRecorder({ service_url: service.url, patience_ms: 10_000, onProblem: () => {} });
  return { recorder, client: clientFactory(recorder)("acme", { baseURL, apiKey: "sk-1", maxRetries: 0 }) };
}

/** A tracked client in the service's process, once the prices are loaded: the gateway's first call waits for that. */
async function trackedWithPrices(room: Room<Upstream>) {
  await (await fetch(room.gateway("/models"))).text();
  return room.tracked();
}

Deno.test(
  "in the service's process the last call has its usage, its cost and what it left",
  withUpstream(async (room) => {
    const client = await trackedWithPrices(room);
    assertEquals(client.quota.last, null);
    room.upstream.once((exchange) => exchange.json(ANSWER, 200, { "x-request-id": "req_1" }));
    await client.chat.completions.create({ ...HELLO, model: "gpt-4o" });
    const { call_id, usage, cost_usd, outcome, request_id, remaining, latency_ms } = client.quota.last!;
    assertEquals([usage?.total_tokens, outcome, request_id], [1100, "ok", "req_1"]);
    assertEquals([cost_usd, remaining!.requests_per_minute, remaining!.requests_per_day], ["0.003500000", 9, null]);
    assert(latency_ms! >= 0);
    const call = await (await fetch(`${room.service.url}/api/quota/calls/${call_id}`)).json();
    assertEquals(call.cost_usd, cost_usd);
    const { available, stats } = await client.quota.status();
    assertEquals([available, stats.requests_per_minute?.remaining], [true, 9]);
  }, LIMITED),
);

Deno.test(
  "a failed call and a stream are the last call, too, each when it has ended",
  withUpstream(async (room) => {
    const client = await trackedWithPrices(room);
    room.upstream.once((exchange) => exchange.json({ error: { code: "model_not_found", message: "no" } }, 404));
    await assertRejects(() => client.chat.completions.create(HELLO), NotFoundError);
    const failed = client.quota.last!;
    assertEquals([failed.outcome, failed.http_status, failed.error_code], ["failed", 404, "model_not_found"]);
    assertEquals(failed.cost_usd, "0.000000000");
    const stream = await client.chat.completions.create({ ...HELLO, stream: true });
    assertEquals(client.quota.last, failed);
    for await (const _chunk of stream) { /* to the end */ }
    await room.rows();
    assertEquals([client.quota.last?.outcome, client.quota.last?.usage_source], ["ok", "counted"]);
  }),
);

Deno.test(
  "in another process the id finds the cost, and the status comes from the service",
  withUpstream(async (room) => {
    const { client, recorder } = remote(room);
    room.upstream.once((exchange) => exchange.json(ANSWER));
    await client.chat.completions.create({ ...HELLO, model: "gpt-4o" });
    const { call_id, usage, cost_usd, unpriced, remaining } = client.quota.last!;
    assertEquals([usage?.total_tokens, cost_usd, unpriced, remaining], [1100, null, null, null]);
    await recorder.flush();
    const call = await (await fetch(`${room.service.url}/api/quota/calls/${call_id}`)).json();
    assertEquals([call.cost_usd, call.attempts.length], ["0.003500000", 1]);
    const { workspace_id, available, stats } = await client.quota.status();
    assertEquals([workspace_id, available, stats.requests_per_minute?.remaining], ["acme", true, 9]);
  }, LIMITED),
);

Deno.test(
  "through the gateway the last call has what its headers tell",
  withUpstream(async (room) => {
    const { client } = remote(room, room.gateway(""));
    room.upstream.once((exchange) => exchange.json(ANSWER));
    await client.chat.completions.create({ ...HELLO, model: "gpt-4o" });
    const { call_id, cost_usd, http_status, remaining, usage } = client.quota.last!;
    assertEquals([cost_usd, http_status, usage], ["0.003500000", 200, null]);
    assertEquals([remaining!.requests_per_minute, remaining!.requests_per_day], [9, null]);
    assertEquals((await room.rows()).map((row) => row.call_id), [call_id]);
  }, LIMITED),
);

Deno.test(
  "a status that cannot be read says why",
  withUpstream(async (room) => {
    const { client, recorder } = remote(room);
    await room.service.stop(0);
    const gone = await assertRejects(() => client.quota.status(), Error);
    assertStringIncludes(
      gone.message,
      `Cannot read what is left for "acme" from the service at ${recorder.service.url}`,
    );
    const mute = { reserve: () => ({ settle() {}, release() {} }) };
    const other = clientFactory(mute)("acme", { apiKey: "sk-1" });
    const unknown = await assertRejects(() => other.quota.status(), TypeError);
    assertStringIncludes(unknown.message, "this recorder knows no limits");
  }),
);

import { assertEquals } from "../support/assert.ts";
import { trackedFetch } from "../../server/client/fetch/tracked_fetch.ts";
import { QuotaTrackedOpenAI } from "../../server/client/sdk/openai_client.ts";
import { HELLO, withUpstream } from "./room.ts";

Deno.test(
  "a client from withOptions stays tracked in its workspace and counts each call once",
  withUpstream(async ({ tracked, upstream, rows }) => {
    const client = tracked().withOptions({ timeout: 5000 }).withOptions({ maxRetries: 1 });
    assertEquals(client instanceof QuotaTrackedOpenAI, true);
    await client.chat.completions.create(HELLO);
    assertEquals([(await rows()).length, upstream.entries.length], [1, 1]);
  }),
);

Deno.test(
  "withOptions with another fetch stays tracked, and counts once even if that fetch calls the tracked one",
  withUpstream(async ({ tracked, upstream, rows }) => {
    let own = 0;
    const client = tracked();
    const other: typeof fetch = (...request) => (own++, fetch(...request));
    await client.withOptions({ fetch: other }).chat.completions.create(HELLO);
    const inner = (client as unknown as { fetch: typeof fetch }).fetch;
    const around: typeof fetch = (input, init) => (own++, inner(input, { ...init }));
    await client.withOptions({ fetch: around }).chat.completions.create({ ...HELLO, temperature: 0 });
    assertEquals([own, (await rows()).length, upstream.entries.length], [2, 2, 2]);
  }),
);

Deno.test(
  "withOptions can change the workspace, and a call's own headers are sent",
  withUpstream(async ({ tracked, upstream, rows }) => {
    const other = tracked().withOptions({ workspace: "blue" } as object);
    await other.chat.completions.create(HELLO, { headers: { "x-own": "1" } });
    assertEquals([(await rows("acme")).length, (await rows("blue")).length], [0, 1]);
    const { headers } = upstream.entries[0];
    assertEquals([headers["x-own"], headers.authorization], ["1", "Bearer sk-caller"]);
    assertEquals(Object.keys(headers).filter((name) => name.startsWith("x-quota")), []);
  }),
);

Deno.test(
  "a call with a Request object is counted like any other",
  withUpstream(async ({ service, upstream, rows }) => {
    const tracked = trackedFetch({ recorder: service.tracker, workspace_id: "acme", app: "script" });
    const body = JSON.stringify({ ...HELLO, stream: true });
    const headers = { "content-type": "application/json" };
    const request = new Request(`${upstream.url}/chat/completions`, { method: "POST", headers, body });
    const text = await (await tracked(request)).text();
    assertEquals([text.includes("prompt_tokens"), text.includes("[DONE]")], [false, true]);
    const [row] = await rows();
    assertEquals([row.model, row.stream, row.app, row.usage.total_tokens], ["gpt-5.4", true, "script", 20]);
  }),
);

Deno.test(
  "a background response counts at the first retrieve with usage; other retrieves count no tokens",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { name, client } of clients()) {
      const body = { id: `resp_${name}_1`, object: "response", background: true, model: "gpt-5.4", output: [] };
      upstream.once((exchange) => exchange.json({ ...body, status: "queued", usage: null }));
      const { id } = await client.responses.create({ model: "gpt-5.4", input: "Hello", background: true });
      for (const status of ["in_progress", "completed", "completed"]) {
        const usage = status === "completed" ? { input_tokens: 12, output_tokens: 8, total_tokens: 20 } : null;
        upstream.once((exchange) => exchange.json({ ...body, status, usage }));
        await client.responses.retrieve(id);
      }
    }
    const four = [["unknown", 0], ["none", 0], ["counted", 20], ["none", 0]];
    const told = (await rows()).map(({ usage_source, usage }) => [usage_source, usage.total_tokens]);
    assertEquals(told, [...four, ...four]);
  }),
);

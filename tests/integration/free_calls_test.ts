import OpenAI from "openai";
import { run } from "../api/running.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";
import { HELLO, withUpstream } from "./room.ts";

/** Calls that keep house, by the method of the SDK. */
const HOUSEKEEPING: Record<string, (client: OpenAI) => Promise<unknown>> = {
  "models list": (c) => c.models.list(),
  "model retrieve": (c) => c.models.retrieve("gpt-5.4"),
  "model delete": (c) => c.models.delete("ft:gpt-5.4:acme"),
  "response retrieve": (c) => c.responses.retrieve("resp_abc12345"),
  "response delete": (c) => c.responses.delete("resp_abc12345"),
  "response cancel": (c) => c.responses.cancel("resp_abc12345"),
  "chat retrieve": (c) => c.chat.completions.retrieve("chatcmpl-abc12345"),
  "chat list": (c) => c.chat.completions.list(),
  "chat update": (c) => c.chat.completions.update("chatcmpl-abc12345", { metadata: {} }),
  "files list": (c) => c.files.list(),
  "file upload": (c) => c.files.create({ file: new File(["{}"], "a.jsonl"), purpose: "batch" }),
  "batch create": (c) =>
    c.batches.create({ input_file_id: "file-1", endpoint: "/v1/responses", completion_window: "24h" }),
  "batch cancel": (c) => c.batches.cancel("batch_abc12345"),
  "fine-tuning create": (c) => c.fineTuning.jobs.create({ model: "gpt-4o", training_file: "file-1" }),
  "vector store create": (c) => c.vectorStores.create({}),
  "conversation create": (c) => c.conversations.create({}),
  "thread create": (c) => c.beta.threads.create({}),
  "assistant create": (c) => c.beta.assistants.create({ model: "gpt-5.4" }),
  "video retrieve": (c) => c.videos.retrieve("video_abc12345"),
};

Deno.test(
  "housekeeping takes no request of the limits, is never refused by them, and is in the ledger",
  withUpstream(async ({ clients, upstream, service, rows }) => {
    upstream.reply((exchange) => exchange.json({ object: "list", data: [] }));
    const requests = () => {
      const { stats, usage } = service.tracker.status("acme");
      const { requests_per_minute, requests_per_day } = stats;
      return [requests_per_minute?.current, requests_per_minute?.reserved, requests_per_day?.current, usage.requests];
    };
    let expected = 0;
    for (const { name, client } of clients()) {
      for (const [title, call] of Object.entries(HOUSEKEEPING)) {
        await call(client);
        expected++;
        assertEquals([title, (await rows()).length, ...requests()], [title, expected, 0, 0, 0, 0], name);
      }
    }
    const all = await rows();
    assertEquals(all.every(({ takes_request, outcome }) => takes_request === false && outcome === "ok"), true);
    upstream.reply((exchange) =>
      exchange.json({ model: "gpt-5.4", usage: { prompt_tokens: 7, completion_tokens: 3 } })
    );
    const [{ client: tracked }, { client: plain }] = clients();
    await plain.chat.completions.create(HELLO);
    for (const client of [tracked, plain]) {
      await assertRejects(() => client.chat.completions.create(HELLO), OpenAI.RateLimitError);
      await client.models.list();
    }
    assertEquals(requests(), [1, 0, 1, 1]);
    assertEquals(service.tracker.status("acme").usage.attempts, expected + 3);
  }, { limits: { requests_per_minute: 1, requests_per_day: 1, tokens_per_minute: 1000 } }),
);

Deno.test(
  "calls that use a model take a request each",
  withUpstream(async ({ clients, upstream, service }) => {
    upstream.reply((exchange) =>
      exchange.json({ usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } })
    );
    const calls: ((client: OpenAI) => Promise<unknown>)[] = [
      (c) => c.responses.create({ model: "gpt-5.4", input: "Hello" }),
      (c) => c.embeddings.create({ model: "e", input: "Hello" }),
      (c) => c.moderations.create({ input: "Hello" }),
      (c) => c.images.generate({ prompt: "Hello" }),
      (c) => c.videos.create({ prompt: "Hello" }),
      (c) => c.beta.threads.runs.create("thread_abc12345", { assistant_id: "asst_abc12345" }),
      (c) => c.post("/rerank", { body: { query: "Hello" } }),
      (c) => c.post("/something/new", { body: {} }),
    ];
    for (const { client } of clients()) for (const call of calls) await call(client);
    assertEquals(service.tracker.status("acme").stats.requests_per_minute?.current, 2 * calls.length);
  }),
);

Deno.test(
  "background work that is counted when it is retrieved counts its tokens, and no second request",
  withUpstream(async ({ plain, upstream, service }) => {
    const body = { id: "resp_background1", background: true, model: "gpt-5.4", output: [] };
    upstream.once((exchange) => exchange.json({ ...body, status: "queued", usage: null }));
    await plain().responses.create({ model: "gpt-5.4", input: "Hello", background: true });
    const usage = { input_tokens: 7, output_tokens: 13, total_tokens: 20 };
    upstream.once((exchange) => exchange.json({ ...body, status: "completed", usage }));
    await plain().responses.retrieve(body.id);
    const { stats, usage: used } = service.tracker.status("acme");
    assertEquals([stats.requests_per_minute?.current, used.total_tokens, used.attempts], [1, 20, 2]);
  }),
);

Deno.test("after a restart the limits have the same requests, and the day as well", () =>
  withTempFolder(async (folder) => {
    const upstream = await startUpstream();
    const settings = { QUOTA_UPSTREAM_URL: upstream.url };
    const seen: unknown[] = [];
    for (let start = 0; start < 2; start++) {
      await using running = await run(settings, { ledger: await openSqliteLedger(`${folder}/quota.db`) });
      const client = new OpenAI({ baseURL: `${running.service.url}/w/acme/v1`, apiKey: "sk-caller" });
      if (start === 0) {
        upstream.once((exchange) => exchange.json({ data: [] }));
        await client.models.list();
        await client.chat.completions.create(HELLO);
        await running.service.tracker.flushed();
      }
      const { stats, usage } = running.service.tracker.status("acme");
      const { requests_per_minute, requests_per_day } = stats;
      seen.push([requests_per_minute?.current, requests_per_day?.current, usage.requests, usage.attempts]);
    }
    assertEquals(seen, [[1, 1, 1, 2], [1, 1, 1, 2]]);
    await upstream.close();
  }));

import { RateLimitError } from "openai";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { clientFactory } from "../../server/client/client_factory.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import type { HttpRecorderOptions } from "../../server/client/reporting/http_recorder_options.ts";
import { refuse } from "../support/upstream_replies.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";
import type { Upstream } from "../support/upstream.ts";

/** A tracked client as in another process: it reaches the service only over HTTP. */
function remote({ service, upstream }: Room<Upstream>, options: HttpRecorderOptions = {}) {
  const problems: string[] = [];
  const onProblem = (sentence: string) => void problems.push(sentence);
  const patience_ms = 10_000;
  const recorder = new HttpRecorder({ service_url: service.url, onProblem, patience_ms, ...options });
  const shared = { baseURL: upstream.url, apiKey: "sk-caller", maxRetries: 2, app: "elsewhere" };
  return { recorder, problems, client: clientFactory(recorder)("acme", shared) };
}

Deno.test(
  "calls of another process are reserved, then counted, with their retries and the provider's limits",
  withUpstream(async (room) => {
    const { client, recorder, problems } = remote(room);
    const taken = room.upstream.take();
    const first = client.chat.completions.create(HELLO);
    const exchange = await taken;
    assertEquals(room.service.tracker.status("acme").stats.requests_per_minute?.reserved, 1);
    exchange.response.setHeader("x-ratelimit-limit-requests", "500");
    exchange.response.setHeader("x-ratelimit-remaining-requests", "12");
    // A late reset: the remaining requests grow until then, and this test runs in real time.
    exchange.response.setHeader("x-ratelimit-reset-requests", "23h");
    exchange.json({ model: "gpt-5.4", choices: [], usage: { prompt_tokens: 12, completion_tokens: 8 } });
    await first;
    room.upstream.once(refuse(500, null, { "retry-after-ms": "1" }));
    for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
    await recorder.flush();
    const told = (await room.rows()).map(({ outcome, retry, app, usage }) => [outcome, retry, app, usage.total_tokens]);
    assertEquals(told, [["ok", 0, "elsewhere", 20], ["failed", 0, "elsewhere", 0], ["ok", 1, "elsewhere", 20]]);
    const { stats, usage, provider } = room.service.tracker.status("acme");
    assertEquals([stats.requests_per_minute?.reserved, stats.requests_per_minute?.current], [0, 3]);
    assertEquals([usage.calls, usage.attempts, usage.total_tokens, provider[0].requests?.remaining], [2, 3, 40, 12]);
    assertEquals(problems, []);
  }),
);

Deno.test(
  "a refusal is the SDK's own error; nothing is sent or retried",
  withUpstream(async (room) => {
    let asked = 0;
    const { client, recorder, problems } = remote(room, { fetch: (...request) => (asked++, fetch(...request)) });
    await client.chat.completions.create(HELLO);
    await recorder.flush();
    assertEquals(problems, []);
    asked = 0;
    const error = await assertRejects(
      () => client.chat.completions.create(HELLO).finally(() => assertEquals(problems, [])),
      RateLimitError,
      "Cannot reserve",
    );
    assertEquals([error.code, asked, room.upstream.entries.length], ["workspace_rate_limited", 1, 1]);
    assert(Number(error.headers?.get("retry-after")) > 0);
    assertEquals((await room.rows()).length, 1);
  }, { limits: { requests_per_minute: 1 } }),
);

Deno.test(
  "of 60 concurrent calls from another process, exactly 20 are sent",
  withUpstream(async (room) => {
    const { client, recorder, problems } = remote(room);
    const calls = Array.from({ length: 60 }, () => client.chat.completions.create(HELLO));
    const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === "rejected");
    await recorder.flush();
    assertEquals(problems, []);
    assertEquals([refused.length, room.upstream.entries.length, (await room.rows()).length], [40, 20, 20]);
  }, { limits: { requests_per_minute: 20 } }),
);

Deno.test(
  "while the service is down, calls are sent unchecked; afterwards each attempt is reported once",
  withUpstream(async (room) => {
    let away = true;
    let deliveries = 0;
    const waits: number[] = [];
    const { client, recorder, problems } = remote(room, {
      fetch: async (...request) => {
        if (away) throw new TypeError("connection refused");
        const answer = await fetch(...request);
        // The first batch arrives, but its answer is lost on the way back.
        if (String(request[0]).endsWith("/attempts") && deliveries++ === 0) throw new TypeError("connection lost");
        return answer;
      },
      pause: (ms) => {
        waits.push(ms);
        if (waits.length === 3) away = false;
        return Promise.resolve();
      },
    });
    await client.chat.completions.create(HELLO);
    await client.embeddings.create({ model: "e", input: "Hello" });
    await recorder.flush();
    assertEquals([recorder.waiting, recorder.dropped, waits.length >= 3], [0, 0, true]);
    assertEquals(waits.slice(0, 3), [250, 500, 1000]);
    assertStringIncludes(problems[0], "is sent unchecked");
    const counted = (await room.rows()).map(({ endpoint, usage }) => [endpoint, usage.total_tokens]);
    assertEquals(counted, [["chat/completions", 20], ["embeddings", 6]]);
    assertEquals(room.service.tracker.status("acme").usage.attempts, 2);
  }),
);

Deno.test(
  "a service that hangs delays a call no longer than the recorder's patience",
  withUpstream(async (room) => {
    const hanging: typeof fetch = (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal!.reason)));
    const { client, problems } = remote(room, { patience_ms: 1, fetch: hanging });
    // No flush: the report hangs, and must not keep the program alive.
    await client.chat.completions.create(HELLO).catch(() => {});
    assertEquals([room.upstream.entries.length, problems.length], [1, 1]);
  }),
);

Deno.test(
  "an attempt that was not sent is released",
  withUpstream(async (room) => {
    await room.upstream.close();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const { client } = remote(room, {
      fetch: async (...request) => {
        const answer = await fetch(...request);
        if (request[1]?.method === "DELETE") resolve();
        return answer;
      },
    });
    await client.chat.completions.create(HELLO, { maxRetries: 0 }).catch(() => {});
    await gone;
    const meter = room.service.tracker.status("acme").stats.requests_per_minute!;
    assertEquals([meter.current, meter.reserved, (await room.rows()).length], [0, 0, 0]);
  }),
);

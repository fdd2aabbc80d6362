import { LEASE_MS } from "../../server/tracker/open_attempts.ts";
import { trackedFetch } from "../../server/openai/tracked_fetch.ts";
import { bench } from "../api/fixture.ts";
import { assertEquals } from "../support/assert.ts";
import { chatChunks } from "../support/upstream_bodies.ts";

Deno.test("FAULT 20: in process a hang is the caller's to end; its lease ends it for the count, once, as unknown", async () => {
  const { tracker, clock, ledger } = bench();
  const begun = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const body = new ReadableStream<Uint8Array>({ start: (controller) => begun.resolve(controller) });
  const headers = { "content-type": "text/event-stream" };
  const hangs: typeof fetch = () => Promise.resolve(new Response(body, { headers }));
  const tracked = trackedFetch({ recorder: tracker, workspace_id: "acme", fetch: hangs });
  const question = JSON.stringify({ model: "gpt-5.4", messages: [], stream: true });
  const answer = await tracked("https://api.openai.com/v1/chat/completions", { method: "POST", body: question });
  const text = answer.text();
  const event = (chunk: object) => new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`);
  const upstream = await begun.promise;
  for (const chunk of chatChunks("gpt-5.4", true).slice(0, 3)) upstream.enqueue(event(chunk));

  clock.advance(LEASE_MS);
  tracker.tick();
  await tracker.flushed();
  // The upstream wakes up after all: what it says then comes too late to be counted a second time.
  for (const chunk of chatChunks("gpt-5.4", true).slice(3)) upstream.enqueue(event(chunk));
  upstream.close();
  await text;
  await tracker.flushed();
  const told = (await ledger.attempts("acme", 10)).map(({ outcome, usage_source }) => [outcome, usage_source]);
  const { stats, usage } = tracker.status("acme");
  const { current, reserved } = stats.requests_per_day!;
  assertEquals([told, tracker.inFlight], [[["unknown", "unknown"]], 0]);
  assertEquals([usage.attempts, usage.estimated_calls, current, reserved], [1, 1, 1, 0]);
});

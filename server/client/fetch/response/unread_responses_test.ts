import { assertEquals } from "../../../../tests/support/assert.ts";
import { collectGarbage } from "../../../../tests/support/collect_garbage.ts";
import { chatChunks, chatCompletion } from "../../../../tests/support/upstream_bodies.ts";
import type { AttemptResult } from "../../../attempts/recorder.ts";
import { tokenizerLoaded } from "../../../attempts/tokens/text_tokens.ts";
import { trackedFetch } from "../tracked_fetch.ts";

// The first estimate waits for the tokenizer.
await tokenizerLoaded();

/** Passes the response of one call to `use`, collects garbage, and returns what was settled. */
async function settledOf(answer: () => Response, use: (response: Response) => unknown, stream = false) {
  const settled: AttemptResult[] = [];
  const recorder = { reserve: () => ({ settle: (result: AttemptResult) => void settled.push(result), release() {} }) };
  const tracked = trackedFetch({ recorder, workspace_id: "acme", fetch: () => Promise.resolve(answer()) });
  const ask = async () => {
    const body = JSON.stringify({ model: "gpt-5.4", messages: [], stream });
    return await use(await tracked("https://api.openai.com/v1/chat/completions", { method: "POST", body }));
  };
  const kept = await ask();
  await collectGarbage();
  return { kept, told: () => settled.map(({ outcome, usage_source }) => [outcome, usage_source]) };
}

const json = () => Response.json(chatCompletion("gpt-5.4"));
const events = () => {
  const chunks = chatChunks("gpt-5.4", true).map((chunk) =>
    new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`)
  );
  return new Response(ReadableStream.from(chunks), { headers: { "content-type": "text/event-stream" } });
};

Deno.test("a response that is collected unread is counted as unknown", async () => {
  const { told } = await settledOf(json, () => {});
  assertEquals(told(), [["unknown", "unknown"]]);
});

Deno.test("a stream that is collected is estimated, read in part or not at all", async () => {
  for (const use of [() => {}, async (response: Response) => void await response.body!.getReader().read()]) {
    const { told } = await settledOf(events, use, true);
    assertEquals(told(), [["unknown", "estimated"]]);
  }
});

Deno.test("a caller who keeps only the body, or its reader, is counted at its end", async () => {
  const body = await settledOf(events, (response) => response.body!, true);
  assertEquals(body.told(), []);
  for await (const _ of body.kept as ReadableStream<Uint8Array>) { /* read */ }
  assertEquals(body.told(), [["ok", "counted"]]);
  const reader = await settledOf(json, (response) => response.body!.getReader());
  assertEquals(reader.told(), []);
  const kept = reader.kept as ReadableStreamDefaultReader<Uint8Array>;
  while (!(await kept.read()).done) { /* read */ }
  assertEquals(reader.told(), [["ok", "counted"]]);
});

Deno.test("a collected clone settles nothing while the other is kept, and an attempt settles once", async () => {
  const { kept, told } = await settledOf(json, (response) => (response.clone(), response));
  assertEquals(told(), []);
  await (kept as Response).json();
  await collectGarbage();
  assertEquals(told(), [["ok", "counted"]]);
  const ended = await settledOf(json, async (response) => void await response.text());
  assertEquals(ended.told(), [["ok", "counted"]]);
});

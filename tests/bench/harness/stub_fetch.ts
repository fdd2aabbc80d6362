/** A `fetch` that answers in process, so that only the cost of the client is measured. */
export const CHUNKS = 200;

const MODEL = "gpt-5.4";
const encoder = new TextEncoder();

/** A provider's headers, with numbers so large that no client slows down. */
const HEADERS = {
  "x-request-id": "req_bench",
  "openai-processing-ms": "20",
  "x-ratelimit-limit-requests": "900000000",
  "x-ratelimit-remaining-requests": "899999999",
  "x-ratelimit-reset-requests": "1ms",
};

const WHOLE = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1,
  model: MODEL,
  choices: [{ index: 0, message: { role: "assistant", content: "x".repeat(700) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
});

const event = (fields: object) =>
  encoder.encode(
    `data: ${
      JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, model: MODEL, ...fields })
    }\n\n`,
  );
const TEXT = event({ choices: [{ index: 0, delta: { content: "hello" }, finish_reason: null }] });
const USAGE = event({
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: CHUNKS, total_tokens: 10 + CHUNKS },
});
const DONE = encoder.encode("data: [DONE]\n\n");

/** Answers a JSON body of 1 kB, or a stream of {@link CHUNKS} separate chunks with usage if it was requested. */
export function stubFetch(_url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const asked = String(init?.body);
  if (!asked.includes('"stream":true')) {
    return Promise.resolve(new Response(WHOLE, { headers: { ...HEADERS, "content-type": "application/json" } }));
  }
  const body = stream(asked.includes('"include_usage":true'));
  return Promise.resolve(new Response(body, { headers: { ...HEADERS, "content-type": "text/event-stream" } }));
}

function stream(usage: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent++ < CHUNKS) return controller.enqueue(TEXT);
      if (usage) controller.enqueue(USAGE);
      controller.enqueue(DONE);
      controller.close();
    },
  });
}

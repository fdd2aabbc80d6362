/**
 * The mock provider, under Bun: answers a JSON body of 1 kB or a stream of 200 chunks as fast as possible, and writes each
 * chunk separately. A stream has usage only when it was requested, like the provider's.
 */
interface DirectController {
  write(bytes: Uint8Array): void;
  flush(): void;
  close(): void;
}

declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    idleTimeout: number;
    fetch(request: Request): Response | Promise<Response>;
  }): { port: number };
};

const CHUNKS = 200;
const MODEL = "gpt-5.4";
const encoder = new TextEncoder();

const HEADERS = {
  "x-request-id": "req_bench",
  "openai-processing-ms": "20",
  "x-ratelimit-limit-requests": "500",
  "x-ratelimit-remaining-requests": "499",
  "x-ratelimit-reset-requests": "120ms",
};

const WHOLE = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1,
  model: MODEL,
  choices: [{ index: 0, message: { role: "assistant", content: "x".repeat(700) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
});

const event = (data: object) => encoder.encode(`data: ${JSON.stringify(data)}\n\n`);
const chunk = (fields: object) => ({
  id: "chatcmpl-bench",
  object: "chat.completion.chunk",
  created: 1,
  model: MODEL,
  ...fields,
});
const TEXT = event(chunk({ choices: [{ index: 0, delta: { content: "hello" }, finish_reason: null }] }));
const USAGE = event(
  chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: CHUNKS, total_tokens: 10 + CHUNKS } }),
);
const DONE = encoder.encode("data: [DONE]\n\n");

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @param pace_ms time between chunks, which then contain the time of their write; 0 for no pause. */
function stream(usage: boolean, pace_ms: number): Response {
  const source = {
    type: "direct",
    async pull(out: DirectController) {
      for (let sent = 0; sent < CHUNKS; sent++) {
        await (pace_ms ? after(pace_ms) : turn());
        out.write(
          pace_ms
            ? event(
              chunk({ choices: [{ index: 0, delta: { content: `${performance.timeOrigin + performance.now()}` } }] }),
            )
            : TEXT,
        );
        out.flush();
      }
      if (usage) out.write(USAGE);
      out.write(DONE);
      out.flush();
      out.close();
    },
  };
  const body = new ReadableStream(source as unknown as UnderlyingDefaultSource<Uint8Array<ArrayBuffer>>);
  return new Response(body, { headers: { ...HEADERS, "content-type": "text/event-stream" } });
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  async fetch(request) {
    const asked = await request.text();
    if (!asked.includes('"stream":true')) {
      return new Response(WHOLE, { headers: { ...HEADERS, "content-type": "application/json" } });
    }
    return stream(asked.includes('"include_usage":true'), asked.includes("paced") ? 5 : 0);
  },
});
console.log(`http://127.0.0.1:${server.port} is listening`);

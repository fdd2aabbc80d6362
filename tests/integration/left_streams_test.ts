/** A tracked client's caller leaves a stream at its last part of the answer, as with the plain SDK; the usage that follows is counted. */
import OpenAI from "openai";
import { trackedFetch } from "../../server/client/fetch/tracked_fetch.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import type { Exchange, Upstream } from "../support/upstream.ts";
import { HELLO, nextTurn, type Room, withUpstream } from "./room.ts";

const STREAM = { ...HELLO, stream: true } as const;
const usage = { prompt_tokens: 7, completion_tokens: 13, total_tokens: 20 };
const text = { model: "gpt-5.4", choices: [{ index: 0, delta: { content: "Hello" }, finish_reason: null }] };
const stop = { model: "gpt-5.4", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

/** Imported by name, because their own types are not those of the SDK's `fetch`. */
const load = async (name: string) => (await import(name)).default as typeof fetch;

const FETCHES: Record<string, () => Promise<typeof fetch>> = {
  "the runtime's fetch": () => Promise.resolve(fetch),
  undici: async () => (await import("undici")).fetch as unknown as typeof fetch,
  "node-fetch 2": () => load("node-fetch-2"),
  "node-fetch 3": () => load("node-fetch"),
};

const isLast = (chunk: OpenAI.ChatCompletionChunk) => Boolean(chunk.choices[0]?.finish_reason);

/** Each leaves at the last part of the answer, and returns what a caller can observe. */
const WAYS: Record<string, (client: OpenAI) => Promise<unknown>> = {
  "break": async (client) => {
    for await (const chunk of await client.chat.completions.create(STREAM)) if (isLast(chunk)) break;
    return "left";
  },
  "an error thrown in the loop": async (client) => {
    for await (const chunk of await client.chat.completions.create(STREAM)) {
      if (isLast(chunk)) throw new Error("enough");
    }
  },
  "the stream's controller": async (client) => {
    let chunks = 0;
    const stream = await client.chat.completions.create(STREAM);
    for await (const chunk of stream) {
      chunks++;
      if (isLast(chunk)) stream.controller.abort();
    }
    return [chunks, stream.controller.signal.aborted];
  },
  "a signal of the caller": async (client) => {
    let chunks = 0;
    const left = new AbortController();
    for await (const chunk of await client.chat.completions.create(STREAM, { signal: left.signal })) {
      chunks++;
      if (isLast(chunk)) left.abort();
    }
    return chunks;
  },
  "a signal of the caller while the next part is awaited": async (client) => {
    let chunks = 0;
    const left = new AbortController();
    for await (const chunk of await client.chat.completions.create(STREAM, { signal: left.signal })) {
      chunks++;
      if (isLast(chunk)) void nextTurn().then(() => left.abort());
    }
    return chunks;
  },
  "the runner's abort": async (client) => {
    const runner = client.chat.completions.stream(HELLO);
    runner.on("chunk", (chunk) => isLast(chunk) && runner.abort());
    return await runner.done();
  },
  "a web stream that is cancelled": async (client) => {
    const reader = (await client.chat.completions.create(STREAM)).toReadableStream().getReader();
    const decoder = new TextDecoder();
    while (!decoder.decode((await reader.read()).value).includes('"stop"')) { /* read on */ }
    return await reader.cancel();
  },
  "both halves of a stream": async (client) => {
    const halves = (await client.chat.completions.create(STREAM)).tee();
    for (const half of halves) for await (const chunk of half) if (isLast(chunk)) break;
    return "left";
  },
};

/** Sends the answer, and its usage once the caller has left. */
function lateUsage(left: Promise<unknown>) {
  return async (exchange: Exchange) => {
    exchange.startStream();
    for (const event of [text, stop]) await exchange.event(event);
    await left;
    await nextTurn();
    for (const event of [{ ...stop, choices: [], usage }, "[DONE]"]) await exchange.event(event);
    exchange.end();
  };
}

async function result(of: () => unknown): Promise<unknown> {
  try {
    return { value: await of() };
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message };
  }
}

async function leave(upstream: Upstream, way: () => Promise<unknown>): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>();
  upstream.once(lateUsage(promise));
  const seen = await result(way);
  resolve();
  return seen;
}

/** How the only attempt has ended. */
async function ended({ rows }: Room<Upstream>): Promise<unknown[]> {
  let all: Awaited<ReturnType<typeof rows>> = [];
  await eventually(async () => assertEquals((all = await rows()).length, 1));
  const [{ outcome, usage_source, usage }] = all;
  return [outcome, usage_source, usage.total_tokens];
}

for (const [name, get] of Object.entries(FETCHES)) {
  for (const [title, way] of Object.entries(WAYS)) {
    Deno.test(
      `FAULT 78: with ${name}, a stream left by ${title} ends as with the plain SDK, and its late usage is counted`,
      withUpstream(async (room) => {
        const fetch = await get();
        const plain = new OpenAI({ apiKey: "sk-caller", maxRetries: 0, baseURL: room.upstream.url, fetch });
        const usual = await leave(room.upstream, () => way(plain));
        assertEquals(await leave(room.upstream, () => way(room.tracked({ fetch }))), usual);
        assertEquals(await ended(room), ["ok", "counted", 20]);
        assertEquals(room.upstream.entries[1].end, "complete");
      }),
    );
  }
}

const POST = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(STREAM) };

/** Reads to the last part of the answer. */
async function readAnswer({ body }: Response): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = body!.getReader();
  const decoder = new TextDecoder();
  while (!decoder.decode((await reader.read()).value).includes('"stop"')) { /* read on */ }
  return reader;
}

const seen = (promise: Promise<unknown>) =>
  promise.then((value) => ({ value }), (error) => error instanceof Error ? error.name : error);

/** The same for callers of a bare fetch, who see the stream of bytes itself. */
const RAW: Record<string, (send: typeof fetch, url: string) => Promise<unknown>> = {
  "cancel of a reader": async (send, url) => {
    const reader = await readAnswer(await send(url, POST));
    const [cancelled, read] = [reader.cancel(), reader.read()];
    return [await seen(cancelled), await seen(read), await seen(reader.closed)];
  },
  "cancel of a reader while a read is pending": async (send, url) => {
    const response = await send(url, POST);
    const reader = await readAnswer(response);
    const read = reader.read();
    return [await seen(reader.cancel()), await seen(read), response.body!.locked, response.bodyUsed];
  },
  "abort while a read is pending": async (send, url) => {
    const left = new AbortController();
    const reader = await readAnswer(await send(url, { ...POST, signal: left.signal }));
    const read = seen(reader.read());
    left.abort();
    return [await read, await seen(reader.read()), await seen(reader.cancel()), await seen(reader.closed)];
  },
  "abort with a reason": async (send, url) => {
    const left = new AbortController();
    const reader = await readAnswer(await send(url, { ...POST, signal: left.signal }));
    const closed = seen(reader.closed);
    left.abort("enough");
    return [await seen(reader.read()), await closed];
  },
  "the signal of a Request object": async (send, url) => {
    const left = new AbortController();
    const reader = await readAnswer(await send(new Request(url, { ...POST, signal: left.signal })));
    left.abort();
    return await seen(reader.read());
  },
  "a loop over the bytes": async (send, url) => {
    const response = await send(url, POST);
    const decoder = new TextDecoder();
    for await (const part of response.body!) if (decoder.decode(part).includes('"stop"')) break;
    return [response.body!.locked, response.bodyUsed];
  },
  "abort of a pipe": async (send, url) => {
    const left = new AbortController();
    const { body } = await send(url, { ...POST, signal: left.signal });
    const decoder = new TextDecoder();
    const write = (part: Uint8Array) => decoder.decode(part).includes('"stop"') ? left.abort() : undefined;
    return await seen(body!.pipeTo(new WritableStream({ write })));
  },
  "abort of a clone and its response": async (send, url) => {
    const left = new AbortController();
    const response = await send(url, { ...POST, signal: left.signal });
    const [one, two] = await Promise.all([response, response.clone()].map(readAnswer));
    const reads = [one, two].map((reader) => seen(reader.read()));
    left.abort();
    return await Promise.all(reads);
  },
};

for (const [title, way] of Object.entries(RAW)) {
  Deno.test(
    `bytes left by ${title} end as without tracking, and the late usage is counted`,
    withUpstream(async (room) => {
      const url = `${room.upstream.url}/chat/completions`;
      const usual = await leave(room.upstream, () => way(fetch, url));
      const tracked = trackedFetch({ recorder: room.service.tracker, workspace_id: "acme" });
      assertEquals(await leave(room.upstream, () => way(tracked, url)), usual);
      assertEquals((await ended(room)).slice(1), ["counted", 20]);
    }),
  );
}

const choice = (index: number) => ({ choices: [{ index, delta: {}, finish_reason: "stop" }] });
const completed = { type: "response.completed", response: { usage: { input_tokens: 7, output_tokens: 13 } } };

/** The last events of an answer, and the event that has its usage. */
const LAST_PARTS: [path: string, last: object[], late: object][] = [
  ["completions", [{ choices: [{ index: 0, text: "", finish_reason: "length" }] }], { choices: [], usage }],
  ["chat/completions", [choice(0), choice(1)], { choices: [], usage }],
  ["chat/completions", [{ ...stop, usage: null }], { choices: [], x_groq: { usage } }],
  ["responses", [{ type: "response.output_text.done", text: "Hello" }], completed],
  ["responses", [{ type: "response.output_item.done", item: {} }], completed],
];

for (const [path, last, late] of LAST_PARTS) {
  Deno.test(
    `a stream of ${path} that is left at ${JSON.stringify(last.at(-1))} is counted with its late usage`,
    withUpstream(async (room) => {
      const gone = Promise.withResolvers<void>();
      room.upstream.once(async (exchange) => {
        exchange.startStream();
        for (const event of [text, ...last]) await exchange.event(event);
        await gone.promise;
        for (const event of [late, "[DONE]"]) await exchange.event(event);
        exchange.end();
      });
      const tracked = trackedFetch({ recorder: room.service.tracker, workspace_id: "acme" });
      const left = new AbortController();
      const { body } = await tracked(`${room.upstream.url}/${path}`, { ...POST, signal: left.signal });
      let received = "";
      for await (const part of body!.pipeThrough(new TextDecoderStream())) {
        received += part;
        if (received.includes(JSON.stringify(last.at(-1)))) break;
      }
      left.abort();
      gone.resolve();
      assertEquals(await ended(room), ["ok", "counted", 20]);
    }),
  );
}

for (const name of ["node-fetch 2", "node-fetch 3"]) {
  Deno.test(
    `with ${name}, reads after an abort fail, whether one was pending or not`,
    withUpstream(async (room) => {
      const tracked = trackedFetch({
        recorder: room.service.tracker,
        workspace_id: "acme",
        fetch: await FETCHES[name](),
      });
      for (const isPending of [true, false]) {
        const left = new AbortController();
        const told = await leave(room.upstream, async () => {
          const { body } = await tracked(`${room.upstream.url}/chat/completions`, { ...POST, signal: left.signal });
          const reader = (body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
          while (!new TextDecoder().decode((await reader.next()).value).includes('"stop"')) { /* read on */ }
          const read = isPending ? reader.next() : null;
          left.abort();
          return await (read ?? reader.next());
        });
        assertEquals((told as Error).name, "AbortError");
      }
      await eventually(async () => assertEquals((await room.rows()).length, 2));
      assertEquals((await room.rows()).map((row) => [row.usage_source, row.usage.total_tokens]), [
        ["counted", 20],
        ["counted", 20],
      ]);
    }),
  );
}

for (const [name, get] of Object.entries(FETCHES)) {
  // Under Deno, undici does not notice that a line is lost.
  const endings = name === "undici" ? [false] : [false, true];
  Deno.test(
    `with ${name}, usage that does not come is awaited for about a second, and a lost line ends that`,
    withUpstream(async (room) => {
      const client = room.tracked({ fetch: await get() });
      for (const [nth, isCut] of endings.entries()) {
        room.upstream.once(async (exchange) => {
          exchange.startStream();
          for (const event of [text, stop]) await exchange.event(event);
          if (isCut) await nextTurn().then(() => exchange.cut());
          else await exchange.ended;
        });
        const began = performance.now();
        await WAYS.break(client);
        const left = performance.now();
        await eventually(async () => assertEquals((await room.rows()).length, nth + 1));
        const [told, waited] = [left - began, performance.now() - left];
        assert(told < 700 && (isCut ? waited < 700 : waited > 700 && waited < 2500), `${told} ms, ${waited} ms`);
        await eventually(() => assertEquals(room.upstream.entries[nth].end, isCut ? "cut" : "left"));
      }
      const rows = (await room.rows()).map(({ outcome, usage_source }) => [outcome, usage_source]);
      assertEquals(rows, endings.map(() => ["aborted", "estimated"]));
    }),
  );

  Deno.test(
    `with ${name}, a stream that is left within its answer ends immediately`,
    withUpstream(async (room) => {
      const client = room.tracked({ fetch: await get() });
      for (const [nth, isAborted] of [false, true].entries()) {
        room.upstream.once(async (exchange) => {
          exchange.startStream();
          await exchange.event(text);
          await exchange.ended;
        });
        const began = performance.now();
        const left = new AbortController();
        for await (const _ of await client.chat.completions.create(STREAM, { signal: left.signal })) {
          if (isAborted) left.abort();
          else break;
        }
        await eventually(() => assertEquals(room.upstream.entries[nth].end, "left"));
        assert(performance.now() - began < 800);
        assertEquals((await room.rows()).map(({ outcome }) => outcome), Array(nth + 1).fill("aborted"));
      }
    }),
  );
}

Deno.test(
  "a signal that many streams share has no listener of theirs once they have ended",
  withUpstream(async (room) => {
    const { signal } = new AbortController();
    const listeners = { added: 0, removed: 0 };
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.added++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.removed++;
      removeEventListener.apply(signal, args);
    };
    const tracked = trackedFetch({ recorder: room.service.tracker, workspace_id: "acme" });
    for (let call = 0; call < 3; call++) {
      await (await tracked(`${room.upstream.url}/chat/completions`, { ...POST, signal })).text();
    }
    await room.rows();
    assertEquals(listeners.removed, listeners.added);
  }),
);

import { assert, assertEquals, assertRejects } from "../../../../tests/support/assert.ts";
import { chatChunks, chatCompletion } from "../../../../tests/support/upstream_bodies.ts";
import { Attempt } from "../../../attempts/attempt.ts";
import type { AttemptPlan, AttemptResult } from "../../../attempts/recorder.ts";
import { trackResponse } from "./tracked_response.ts";

function tracked(body: BodyInit | null, type: string, hides_usage = false, init: ResponseInit = {}) {
  const settled: AttemptResult[] = [];
  const plan = { tokens: 600, input_tokens: 100, stream: type.includes("event"), model: null } as AttemptPlan;
  const attempt = new Attempt(plan, { settle: (result) => void settled.push(result), release() {} }, () => 0);
  attempt.head(init.status ?? 200, () => null);
  const response = new Response(body, { ...init, headers: { "content-type": type, ...init.headers } });
  return { response: trackResponse(response, attempt, hides_usage), settled };
}

const CHAT = JSON.stringify(chatCompletion("m"));
const EVENTS = [...chatChunks("m", true).map((chunk) => JSON.stringify(chunk)), "[DONE]"].map((data) =>
  `data: ${data}\n\n`
);
const SHOWN = EVENTS.filter((event) => !event.includes('"choices":[]')).join("");
const sources = ({ settled }: { settled: AttemptResult[] }) =>
  settled.map((row) => [row.usage_source, row.usage.total_tokens]);

/** A body in chunks, as from the network. */
function chunks(texts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(texts.map((text) => new TextEncoder().encode(text)));
}

const READERS: Record<string, (response: Response) => Promise<string>> = {
  text: (response) => response.text(),
  json: async (response) => JSON.stringify(await response.json()),
  arrayBuffer: async (response) => new TextDecoder().decode(await response.arrayBuffer()),
  bytes: async (response) => new TextDecoder().decode(await response.bytes()),
  blob: async (response) => await (await response.blob()).text(),
  body: (response) => new Response(response.body).text(),
  reader: async (response) => {
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
  },
  iterator: async (response) => {
    let text = "";
    for await (const chunk of response.body!) text += new TextDecoder().decode(chunk);
    return text;
  },
  clone: (response) => response.clone().text(),
  "clones, both": async (response) => {
    const clone = response.clone();
    const first = await response.text();
    assertEquals([await clone.text(), await response.text().catch(() => "used")], [first, "used"]);
    return first;
  },
  "clones as bytes": async (response) => {
    const [one, two] = [response.clone(), response.clone()];
    const both = [await two.text(), new TextDecoder().decode(await one.arrayBuffer())];
    assertEquals(both[0], both[1]);
    return both[0];
  },
  tee: async (response) => {
    const [one, two] = response.body!.tee();
    const both = await Promise.all([new Response(one).text(), new Response(two).text()]);
    assertEquals(both[0], both[1]);
    return both[0];
  },
};

for (const [name, read] of Object.entries(READERS)) {
  Deno.test(`read by ${name}, a body is complete and is counted once`, async () => {
    const whole = tracked(CHAT, "application/json");
    assert(whole.response instanceof Response);
    assertEquals(await read(whole.response), CHAT);
    assertEquals(sources(whole), [["counted", 20]]);
    if (name === "json") return;
    const stream = tracked(chunks(EVENTS), "text/event-stream", true);
    assertEquals(await read(stream.response), SHOWN);
    assertEquals(sources(stream), [["counted", 20]]);
  });

  Deno.test(`read by ${name}, JSON values without line breaks between them are counted`, async () => {
    const values =
      '{"model":"m","choices":[{"delta":{"content":"}{"}}]}{"usage":{"prompt_tokens":12,"completion_tokens":8}}';
    for (const type of ["application/json", "application/x-ndjson", "text/plain"]) {
      const { response, settled } = tracked(values, type);
      if (name === "json") await assertRejects(() => response.json(), SyntaxError);
      else assertEquals(await read(response), values);
      assertEquals(sources({ settled }), [["counted", 20]], type);
    }
  });

  Deno.test(`read by ${name}, a body is counted whatever its type says`, async () => {
    for (const type of ["Application/JSON", "text/plain", "application/octet-stream", ""]) {
      const whole = tracked(CHAT, type);
      assertEquals(await read(whole.response), CHAT, type);
      assertEquals(sources(whole), [["counted", 20]], type);
    }
    for (const type of name === "json" ? [] : ["TEXT/Event-Stream; x=y", "application/json", "text/plain", ""]) {
      for (const start of ["", "\n\n", ": ping\n\n"]) {
        const stream = tracked(
          chunks([start, ...EVENTS].flatMap((event) => [event.slice(0, 3), event.slice(3)])),
          type,
          true,
        );
        assertEquals(await read(stream.response), start + SHOWN, type);
        assertEquals(sources(stream), [["counted", 20]], type);
      }
    }
  });
}

Deno.test("status, headers and body stay those of the response", async () => {
  const { response } = tracked(CHAT, "application/json", false, { status: 201, headers: { "x-own": "1" } });
  assertEquals([response.status, response.ok, response.headers.get("x-own"), response.bodyUsed], [
    201,
    true,
    "1",
    false,
  ]);
  assertEquals(response.body, response.body);
  assertEquals(response.bodyUsed, false);
  await response.text();
  assertEquals(response.bodyUsed, true);
  await assertRejects(() => response.text(), TypeError);
});

Deno.test("a response with an empty body is settled immediately", () => {
  assertEquals(sources(tracked(null, "application/json", false, { status: 204 })), [["unknown", 0]]);
  assertEquals(sources(tracked("", "application/json", false, { headers: { "content-length": "0" } })), [[
    "unknown",
    0,
  ]]);
});

Deno.test("a form is read as a whole", async () => {
  const form = new FormData();
  form.set("a", "b");
  const made = new Response(form);
  const { response, settled } = tracked(await made.arrayBuffer(), made.headers.get("content-type")!);
  assertEquals([(await response.formData()).get("a"), settled.length], ["b", 1]);
});

Deno.test("a reader who cancels aborts; a connection that breaks fails", async () => {
  const left = tracked(chunks(EVENTS), "text/event-stream");
  const reader = left.response.body!.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals([left.settled[0].outcome, left.settled[0].usage_source], ["aborted", "estimated"]);
  const dying = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new TypeError("reset"));
    },
  });
  const broken = tracked(dying, "text/event-stream");
  await assertRejects(() => broken.response.text(), TypeError);
  assertEquals([broken.settled[0].outcome, broken.settled[0].error_code], ["failed", "connection_lost"]);
});

for (const type of ["application/json", "text/event-stream"]) {
  for (const [name, outcome, code] of [["TypeError", "failed", "connection_lost"], ["AbortError", "aborted", null]]) {
    Deno.test(`${type} read in chunks that fails with ${name} is ${outcome}`, async () => {
      const error = Object.assign(new Error("broken"), { name });
      const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(error) });
      const { response, settled } = tracked(body, type);
      await assertRejects(() => response.body!.getReader().read(), Error, "broken");
      assertEquals(settled.map((result) => [result.outcome, result.error_code]), [[outcome, code]]);
    });
  }

  Deno.test(`${type} that is cancelled before its first chunk is aborted`, async () => {
    const { response, settled } = tracked(chunks(["data: {}"]), type);
    await response.body!.cancel();
    assertEquals(settled.map((result) => result.outcome), ["aborted"]);
  });
}

Deno.test("access to a body, its lock and a reader without reading settle nothing", async () => {
  const { response, settled } = tracked(CHAT, "application/json");
  const reader = response.body!.getReader();
  assertEquals([response.body!.locked, settled.length], [true, 0]);
  reader.releaseLock();
  assertEquals(response.body!.locked, false);
  assertEquals(await response.text(), CHAT);
  assertEquals(settled.length, 1);
});

/** What callers do with a response and its locks. Each returns what can be seen of it. */
const HANDLING: Record<string, (response: Response) => unknown> = {
  "its state before, during and after a reader": async ({ body }) => {
    const before = body!.locked;
    const reader = body!.getReader();
    const held = body!.locked;
    while (!(await reader.read()).done) { /* read */ }
    const ended = body!.locked;
    reader.releaseLock();
    return [before, held, ended, body!.locked];
  },
  "its state after a loop": async (response) => {
    for await (const _ of response.body!) { /* read */ }
    return [response.body!.locked, response.bodyUsed];
  },
  "its state after a loop that is left": async (response) => {
    for await (const _ of response.body!) break;
    return [response.body!.locked, response.bodyUsed];
  },
  "its state after tee": (response) => [response.body!.tee().length, response.body!.locked, response.bodyUsed],
  "its state while it is piped": (response) => {
    void response.body!.pipeTo(new WritableStream()).catch(() => {});
    return response.body!.locked;
  },
  "its state after cancel": async (response) => {
    await response.body!.cancel();
    return [response.body!.locked, response.bodyUsed];
  },
  "a second reader": ({ body }) => (body!.getReader(), body!.getReader()),
  "a reader after a reader": async ({ body }) => {
    const first = body!.getReader();
    const { value } = await first.read();
    first.releaseLock();
    const next = await body!.getReader().read();
    return [value, next.done];
  },
  "a reader that is released": async ({ body }) => {
    const reader = body!.getReader();
    reader.releaseLock();
    reader.releaseLock();
    return await reader.read();
  },
  "cancel through a reader that is released": async ({ body }) => {
    const reader = body!.getReader();
    reader.releaseLock();
    return await reader.cancel();
  },
  "tee of a locked body": ({ body }) => (body!.getReader(), body!.tee()),
  "a pipe from a locked body": ({ body }) => (body!.getReader(), body!.pipeTo(new WritableStream())),
  "a loop over a locked body": async ({ body }) => {
    body!.getReader();
    for await (const _ of body!) { /* read */ }
  },
  "cancel of a locked body": ({ body }) => (body!.getReader(), body!.cancel()),
  "a response of a locked body": ({ body }) => (body!.getReader(), new Response(body)),
  "text of a locked body": (response) => (response.body!.getReader(), response.text()),
  "text after tee": (response) => (response.body!.tee(), response.text()),
  "text after a released reader": (response) => (response.body!.getReader().releaseLock(), response.text()),
  "a clone of a locked body": (response) => (response.body!.getReader(), response.clone()),
  "a clone after tee": (response) => (response.body!.tee(), response.clone()),
  "a clone of a body that was read": async (response) => (await response.text(), response.clone()),
  "a body that was looked at before it was cloned": async (response) => {
    const before = response.body !== null;
    const clone = response.clone();
    return [before, await new Response(response.body).text(), await clone.text()];
  },
  "the body during text": (response) => {
    const text = response.text();
    return text.then(() => [response.body!.locked, response.bodyUsed]);
  },
  "a reader during text": (response) => (void response.text(), response.body!.getReader()),
  "text twice": async (response) => [await response.text(), await response.text()],
  "buffers of the caller": async ({ body }) => {
    const reader = body!.getReader({ mode: "byob" });
    const parts: number[] = [];
    for (let view = new Uint8Array(7);;) {
      const { done, value } = await reader.read(view);
      if (done) break;
      parts.push(...value);
      view = new Uint8Array(value.buffer);
    }
    reader.releaseLock();
    return [parts, body!.locked];
  },
  "an unknown mode": ({ body }) => body!.getReader({ mode: "other" as never }),
};

/** What can be compared: values, and the kind of an error. */
async function seen(handle: () => unknown): Promise<unknown> {
  try {
    const value = await handle();
    return value instanceof Response || value instanceof Object && "releaseLock" in value ? "an object" : value;
  } catch (error) {
    return (error as Error).name;
  }
}

for (const [name, handle] of Object.entries(HANDLING)) {
  Deno.test(`${name}: as without tracking`, async () => {
    const bodies: [string, () => BodyInit][] = [
      ["application/json", () => CHAT],
      ["text/plain", () => new Uint8Array(20)],
      ["application/json", () => chunks([CHAT.slice(0, 9), CHAT.slice(9)])],
      ["text/event-stream", () => chunks([EVENTS[0]])],
    ];
    for (const [type, body] of bodies) {
      const headers = { "content-type": type };
      const expected = await seen(() => handle(new Response(body(), { headers })));
      assertEquals(await seen(() => handle(tracked(body(), type).response)), expected, type);
    }
  });
}

Deno.test("the bytes of a body that is not JSON are not parsed", async () => {
  const { response, settled } = tracked(CHAT, "audio/mpeg");
  assertEquals(new TextDecoder().decode(await response.arrayBuffer()), CHAT);
  assertEquals(sources({ settled }), [["unknown", 0]]);
  const streamed = tracked(CHAT, "audio/mpeg");
  for await (const _ of streamed.response.body!) { /* read */ }
  assertEquals(sources(streamed), [["unknown", 0]]);
});

Deno.test("a clone that is read second reports nothing", async () => {
  const { response, settled } = tracked(CHAT, "application/json");
  const clone = response.clone();
  await clone.text();
  for await (const _ of response.body!) { /* read */ }
  assertEquals(sources({ settled }), [["counted", 20]]);
});

Deno.test("the usage of a large JSON body is read from its end", async () => {
  const usage = '"usage":{"prompt_tokens":12,"completion_tokens":8}';
  const text = `{"model":"m","filler":"${"x".repeat(9 << 20)}",${usage}}`;
  const parts = Array.from(
    { length: Math.ceil(text.length / 65_536) },
    (_, at) => text.slice(at * 65_536, (at + 1) * 65_536),
  );
  const { response, settled } = tracked(chunks(parts), "application/json");
  for await (const _ of response.body!) { /* read */ }
  assertEquals([settled[0].usage_source, settled[0].usage.total_tokens], ["counted", 20]);
});

Deno.test("a stream that ends within an event is passed on to its last byte, also while usage is removed", async () => {
  for (const hides_usage of [false, true]) {
    const text = `${EVENTS[0]}data: {"cut`;
    const { response } = tracked(chunks([text]), "text/event-stream", hides_usage);
    assertEquals(await response.text(), text);
  }
});

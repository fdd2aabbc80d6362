import { Readable } from "node:stream";
import { assert, assertEquals, assertRejects } from "../../../../tests/support/assert.ts";
import { chatChunks, chatCompletion } from "../../../../tests/support/upstream_bodies.ts";
import type { AttemptResult } from "../../../attempts/recorder.ts";
import { trackedFetch } from "../tracked_fetch.ts";
import { isForeignResponse } from "./foreign_response.ts";

const CHAT = chatCompletion("m");
const TEXT = JSON.stringify(CHAT);
const BYTES = new TextEncoder().encode(TEXT);
const EVENTS = [...chatChunks("m", true).map((chunk) => JSON.stringify(chunk)), "[DONE]"].map((data) =>
  `data: ${data}\n\n`
);
const SHOWN = EVENTS.filter((event) => !event.includes('"choices":[]')).join("");

/** Calls a tracked fetch whose fetch answers with a mock. */
async function answered(mock: unknown, stream = false) {
  const settled: AttemptResult[] = [];
  const recorder = { reserve: () => ({ settle: (result: AttemptResult) => void settled.push(result), release() {} }) };
  const send = () => Promise.resolve(mock as Response);
  const body = JSON.stringify({ model: "m", messages: [], stream });
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: send });
  const response = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body });
  return { response, told: () => settled.map((row) => [row.outcome, row.usage_source, row.usage.total_tokens]) };
}

const headers = { "content-type": "application/json" };
const json = { status: 200, ok: true, headers: new Headers(headers) };

/** Mocks of a JSON answer, and how their users read them. */
const MOCKS: Record<string, [mock: () => object, read: (response: Response) => unknown]> = {
  "a plain object": [() => ({ ...json, json: () => Promise.resolve(CHAT) }), (response) => response.json()],
  "a frozen object": [() => Object.freeze({ ...json, json: () => CHAT }), (response) => response.json()],
  "a sealed object": [() => Object.seal({ ...json, text: () => TEXT }), async (r) => JSON.parse(await r.text())],
  "an object without headers": [() => ({ ok: true, json: () => CHAT }), (response) => response.json()],
  "an object with plain headers": [
    () => ({ ...json, headers: { "Content-Type": "application/json" }, text: () => TEXT }),
    async (response) => JSON.parse(await response.text()),
  ],
  "a map of headers": [
    () => ({ ...json, headers: new Map(Object.entries(headers)), arrayBuffer: () => BYTES.slice().buffer }),
    async (response) => JSON.parse(new TextDecoder().decode(await response.arrayBuffer())),
  ],
  "an object whose method uses this": [
    () => ({
      ...json,
      kept: TEXT,
      text(this: { kept: string }) {
        return this.kept;
      },
    }),
    async (response) => JSON.parse(await response.text()),
  ],
  "an instance with private fields": [
    () =>
      new class {
        readonly #kept = TEXT;
        readonly headers = json.headers;
        status = 200;
        text() {
          return Promise.resolve(this.#kept);
        }
      }(),
    async (response) => JSON.parse(await response.text()),
  ],
  "a Response with a method of its own": [
    () => Object.assign(new Response("{}", { headers }), { json: () => Promise.resolve(CHAT) }),
    (response) => response.json(),
  ],
  "a Response that cannot be extended": [
    () => Object.preventExtensions(Response.json(CHAT)),
    (response) => response.json(),
  ],
  "a Response that cannot be extended, read as a stream": [
    () => Object.preventExtensions(Response.json(CHAT)),
    async (response) => await new Response(response.body).json(),
  ],
  "an object whose body is a Node stream": [
    () => ({ ...json, body: Readable.from([BYTES.slice(0, 9), BYTES.slice(9)]) }),
    async ({ body }) => JSON.parse(await new Blob(await Array.fromAsync(body as unknown as Readable)).text()),
  ],
  "a subclass whose body is a Node stream": [
    () =>
      new class extends Response {
        readonly #readable = Readable.from([TEXT]);
        override get body() {
          return this.#readable as never;
        }
      }(TEXT, { headers }),
    async ({ body }) => JSON.parse(await new Blob(await Array.fromAsync(body as unknown as Readable)).text()),
  ],
  "a subclass whose body is a web stream": [
    () => new class extends Response {}(TEXT, { headers }),
    async (response) => JSON.parse(await new Response(response.body).text()),
  ],
  "an object whose body is a generator": [
    () => ({ ...json, body: ReadableStream.from([BYTES]).values() }),
    async ({ body }) => JSON.parse(new TextDecoder().decode((await Array.fromAsync(body!))[0])),
  ],
  "an object with a blob": [
    () => ({ ...json, blob: () => new Blob([BYTES]) }),
    async (response) => JSON.parse(await (await response.blob()).text()),
  ],
  "an object with a Buffer": [
    () => ({ ...json, buffer: () => Promise.resolve(BYTES) }),
    async (response) =>
      JSON.parse(new TextDecoder().decode(await (response as unknown as { buffer(): Promise<Uint8Array> }).buffer())),
  ],
  "a clone": [
    () => ({ ...json, clone: () => ({ ...json, json: () => CHAT }) }),
    (response) => response.clone().json(),
  ],
};

for (const [name, [mock, read]] of Object.entries(MOCKS)) {
  Deno.test(`${name} as a mock of a response is read, and its attempt is settled once`, async () => {
    const { response, told } = await answered(mock());
    assertEquals(await read(response), CHAT);
    assertEquals(told(), [["ok", "counted", 20]]);
  });
}

Deno.test("a mock that answers several calls is counted for each, and is not changed", async () => {
  const mock = { ...json, json: () => CHAT };
  const before = { ...mock };
  for (let call = 0; call < 3; call++) {
    const { response, told } = await answered(mock);
    await response.json();
    assertEquals(told(), [["ok", "counted", 20]]);
  }
  assertEquals(mock, before);
});

Deno.test("a mock keeps its other members, its class and its keys", async () => {
  class Mock {
    extra = [1];
    status = 201;
    json = () => CHAT;
    get double() {
      return this.status * 2;
    }
  }
  const { response } = await answered(new Mock());
  assert(response instanceof Mock);
  assertEquals([response.status, response.extra, response.double, "extra" in response], [201, [1], 402, true]);
  assertEquals(Object.keys(response), ["extra", "status", "json"]);
  response.extra = [2];
  assertEquals([response.extra, response.constructor.name], [[2], "Mock"]);
});

/** Mocks of an event stream. The usage that was requested for it is hidden. */
const STREAMS: Record<string, [body: () => object, read: (response: Response) => Promise<string>]> = {
  "text": [() => ({ text: () => EVENTS.join("") }), (response) => response.text()],
  "bytes": [
    () => ({ arrayBuffer: () => new TextEncoder().encode(EVENTS.join("")).buffer }),
    async (response) => new TextDecoder().decode(await response.arrayBuffer()),
  ],
  "a Node stream of texts": [
    () => ({ body: Readable.from(EVENTS) }),
    async ({ body }) => (await Array.fromAsync(body as unknown as Readable)).join(""),
  ],
  "a Node stream with a listener": [
    () => ({ body: Readable.from(EVENTS) }),
    ({ body }) =>
      new Promise((resolve) => {
        let text = "";
        (body as unknown as Readable).on("data", (chunk) => text += chunk).on("end", () => resolve(text));
      }),
  ],
  "a web stream": [
    () => ({ body: ReadableStream.from(EVENTS.map((event) => new TextEncoder().encode(event))) }),
    ({ body }) => new Response(body).text(),
  ],
};

for (const [name, [body, read]] of Object.entries(STREAMS)) {
  Deno.test(`an event stream mocked by ${name} is read without the usage chunk, and counted`, async () => {
    const headers = { "Content-Type": "Text/Event-Stream" };
    const { response, told } = await answered({ status: 200, headers, ...body() }, true);
    assertEquals(await read(response), SHOWN);
    assertEquals(told(), [["ok", "counted", 20]]);
  });
}

Deno.test("an error that a mock answers is read by each of its methods, and counted", async () => {
  const error = JSON.stringify({ error: { message: "No", code: "invalid_value" } });
  const bodies = [{ text: () => error }, { json: () => JSON.parse(error) }, { body: Readable.from([error]) }, {}];
  for (const body of bodies) {
    const { response, told } = await answered(Object.freeze({ status: 400, ...body }));
    assertEquals([response.status, await response.text()], [400, Object.keys(body).length ? error : ""]);
    assertEquals(told(), [["failed", "none", 0]]);
  }
});

Deno.test("a status above 599 reaches the caller with its body", async () => {
  const mock = Object.defineProperty(new Response("blocked"), "status", { value: 999 });
  const { response, told } = await answered(mock);
  assertEquals([response.status, await response.text(), told()], [999, "blocked", [["failed", "none", 0]]]);
});

Deno.test("a mock that answers with nothing, or throws when it is read, settles as unknown or failed", async () => {
  const nothing = await answered(undefined);
  assertEquals([nothing.response, nothing.told()], [undefined, [["unknown", "unknown", 0]]] as unknown[]);
  const broken = await answered({
    ...json,
    json() {
      throw new TypeError("broken");
    },
  });
  await assertRejects(() => broken.response.json(), TypeError, "broken");
  assertEquals(broken.told(), [["failed", "unknown", 0]]);
});

Deno.test("a Node stream that the caller destroys is aborted, and so is the stream below", async () => {
  const body = new Readable({ read() {} });
  const { response, told } = await answered({ ...json, body });
  const tracked = response.body as unknown as Readable;
  tracked.on("data", () => {});
  body.push("{");
  await new Promise((resolve) => tracked.once("data", resolve));
  tracked.destroy();
  await new Promise((resolve) => tracked.once("close", resolve));
  assertEquals([body.destroyed, told()], [true, [["aborted", "unknown", 0]]]);
});

Deno.test("a Node stream is read only as far as the caller reads, and looked at without effect", async () => {
  let reads = 0;
  const body = Readable.from((function* () {
    for (; reads < 100; reads++) yield `${reads}`;
  })());
  const { response, told } = await answered({ ...json, body });
  assertEquals([response.body, reads], [response.body, 0]);
  for await (const _ of response.body!) break;
  assert(reads < 20, `${reads} chunks are read`);
  assertEquals(told(), [["aborted", "unknown", 0]]);
});

/** Members of a Response that a program may replace by its own, hidden or not. */
const OWN_MEMBERS = [
  "text",
  "json",
  "arrayBuffer",
  "bytes",
  "blob",
  "formData",
  "body",
  "clone",
  "buffer",
  "textConverted",
];

for (const name of OWN_MEMBERS) {
  for (const enumerable of [true, false]) {
    Deno.test(`a Response with ${enumerable ? "a" : "a hidden"} member ${name} of its own is tracked by a proxy`, () => {
      const response = new Response("{}");
      assert(!isForeignResponse(response));
      Object.defineProperty(response, name, { value: () => Promise.resolve("other"), enumerable });
      assert(isForeignResponse(response));
    });
  }
}

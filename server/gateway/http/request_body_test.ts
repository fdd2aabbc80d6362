import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import { type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../../tests/support/assert.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { withGateway } from "../../../tests/support/gateway_server.ts";
import type { Upstream } from "../../../tests/support/upstream.ts";
import { BodyMemory, BodyRefused, CallerDisconnected, MAX_BODY_BYTES, readBody } from "./request_body.ts";

const MAX_BYTES = 100_000;

interface Setting {
  url: string;
  memory: BodyMemory;
  provider: Upstream;
}

/** A gateway with so little memory for bodies that a test can use it up. */
function withMemory(use: (setting: Setting) => Promise<void>): Promise<void> {
  const memory = new BodyMemory({ max_bodies_bytes: MAX_BYTES });
  return withGateway({ memory }, ({ url, provider }) => {
    provider.reply((exchange) => exchange.json({}));
    return use({ url: `${url}/files`, memory, provider });
  });
}

const post = (url: string, bytes: number, more: RequestInit = {}) =>
  fetch(url, { method: "POST", body: new Uint8Array(bytes), ...more });

const released = (memory: BodyMemory) => eventually(() => assertEquals(memory.used, 0));

Deno.test("a body for which there is no memory is refused until another exchange ends", () =>
  withMemory(async ({ url, memory, provider }) => {
    const taken = provider.take();
    const first = post(url, 60_000);
    const exchange = await taken;
    assertEquals(memory.used, 60_000);
    const refused = await post(url, 60_000);
    assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
    const { error } = await refused.json();
    assertEquals([error.type, error.code], ["server_error", "too_many_bodies"]);
    assertStringIncludes(error.message, `60000 of ${MAX_BYTES} bytes`);
    const small = await post(url, 40_000);
    assertEquals(small.status, 200);
    await small.body?.cancel();
    exchange.json({});
    await (await first).body?.cancel();
    await released(memory);
    const again = await post(url, 60_000);
    assertEquals(again.status, 200);
    await again.body?.cancel();
    await released(memory);
    assertEquals(provider.entries.length, 3);
  }));

Deno.test("a body of undeclared size is refused when the memory is used up, and its memory is released", () =>
  withMemory(async ({ url, memory }) => {
    const parts = Array.from({ length: 11 }, () => new Uint8Array(10_000));
    const refused = await fetch(url, { method: "POST", body: ReadableStream.from(parts) });
    assertEquals([refused.status, (await refused.json()).error.code], [503, "too_many_bodies"]);
    await released(memory);
  }));

Deno.test("a caller who disconnects during their body, or before the response, releases its memory", () =>
  withMemory(async ({ url, memory, provider }) => {
    const half = send(url, { method: "POST", headers: { "content-length": "50000" } }).on("error", () => {});
    half.write(new Uint8Array(25_000));
    await eventually(() => assert(memory.used > 0));
    half.destroy();
    await released(memory);
    const taken = provider.take();
    const left = new AbortController();
    const call = post(url, 50_000, { signal: left.signal }).catch(() => {});
    const exchange = await taken;
    left.abort();
    await Promise.all([call, exchange.ended]);
    await released(memory);
  }));

Deno.test("a body that is declared too large is refused at its head", () =>
  withMemory(async ({ url, provider }) => {
    const response = Promise.withResolvers<{ status?: number; connection?: string }>();
    const headers = { "content-length": `${MAX_BODY_BYTES + 1}` };
    const sending = send(url, { method: "POST", headers }, ({ statusCode, headers }) => {
      response.resolve({ status: statusCode, connection: headers.connection });
    });
    sending.on("error", () => {}).write("x");
    assertEquals(await response.promise, { status: 413, connection: "close" });
    sending.destroy();
    assertEquals(provider.entries.length, 0);
  }));

const lengthOf = (parts: Uint8Array[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** A body whose request and response are the test's. */
function reading(declared: number | undefined, memory = new BodyMemory()) {
  const headers = declared === undefined ? {} : { "content-length": `${declared}` };
  const request = Object.assign(new EventEmitter(), { headers, complete: false });
  const response = new EventEmitter();
  const body = readBody(request as unknown as IncomingMessage, response as unknown as ServerResponse, memory);
  return { request, response, body, memory };
}

Deno.test("a body of exactly 64 MiB is accepted, and one byte more is refused as it arrives", async () => {
  const exact = reading(MAX_BODY_BYTES);
  exact.request.emit("data", Buffer.alloc(MAX_BODY_BYTES));
  exact.request.emit("end");
  assertEquals(lengthOf(await exact.body), MAX_BODY_BYTES);
  assertEquals(exact.memory.used, MAX_BODY_BYTES);
  exact.response.emit("close");
  assertEquals(exact.memory.used, 0);
  const larger = reading(undefined);
  larger.request.emit("data", Buffer.alloc(MAX_BODY_BYTES));
  larger.request.emit("data", Buffer.alloc(1));
  assertEquals((await assertRejects(() => larger.body, BodyRefused)).code, "body_too_large");
  assertEquals(larger.memory.used, 0);
});

Deno.test("the parts of a body are joined in order", async () => {
  const { request, body } = reading(undefined);
  for (const part of ["a", "b", "c"]) request.emit("data", Buffer.from(part));
  request.emit("end");
  assertEquals((await body).map(String), ["abc"]);
  const empty = reading(undefined);
  empty.request.emit("end");
  assertEquals(lengthOf(await empty.body), 0);
});

Deno.test("FAULT 65: of a body in chunks of a byte, few are read in one turn and few objects are kept", async () => {
  const { request, body } = reading(undefined);
  let pauses = 0;
  const resumed = Promise.withResolvers<void>();
  Object.assign(request, { pause: () => pauses++, resume: () => pauses === 128 && resumed.resolve() });
  for (let at = 0; at < 1 << 16; at++) request.emit("data", Buffer.from("x"));
  request.emit("data", Buffer.from("x"));
  assertEquals(pauses, 128);
  await resumed.promise;
  request.emit("end");
  const parts = await body;
  assertEquals([lengthOf(parts), parts.length < 600], [(1 << 16) + 1, true]);
});

Deno.test("memory is used up to its last byte", async () => {
  const full = reading(10, new BodyMemory({ max_bodies_bytes: 10 }));
  full.request.emit("data", Buffer.alloc(10));
  full.request.emit("end");
  assertEquals(lengthOf(await full.body), 10);
  const refused = reading(11, new BodyMemory({ max_bodies_bytes: 10 }));
  refused.request.emit("end");
  assertEquals((await assertRejects(() => refused.body, BodyRefused)).retry_after_seconds, 1);
});

Deno.test("a request that breaks, or closes before its end, rejects", async () => {
  for (const event of ["error", "close"]) {
    const { request, body } = reading(5);
    request.emit(event, new Error("reset"));
    await assertRejects(() => body, CallerDisconnected);
  }
  const complete = reading(undefined);
  complete.request.complete = true;
  complete.request.emit("close");
  complete.request.emit("end");
  assertEquals(lengthOf(await complete.body), 0);
});

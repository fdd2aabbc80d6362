import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { startUpstream, type Upstream } from "../../../tests/support/upstream.ts";
import { BodyRoom } from "./body_room.ts";
import { createGateway } from "./gateway.ts";
import { createUpstream } from "../upstream/upstream.ts";

const MOST = 100_000;

interface Setting {
  url: string;
  room: BodyRoom;
  provider: Upstream;
}

/** A gateway with so little room that a test fills it. */
async function withRoom(use: (setting: Setting) => Promise<void>): Promise<void> {
  const provider = await startUpstream();
  provider.reply((exchange) => exchange.json({}));
  const upstream = createUpstream(provider.url);
  const room = new BodyRoom(MOST);
  const recorder = { reserve: () => ({ settle() {}, release() {} }) };
  const gateway = createGateway({ recorder, upstream, key: null, room });
  const server = createServer((request, response) => void gateway(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/files`, room, provider });
  } finally {
    upstream.close();
    server.closeAllConnections();
    await Promise.all([provider.close(), new Promise((resolve) => server.close(resolve))]);
  }
}

const post = (url: string, bytes: number, more: RequestInit = {}) =>
  fetch(url, { method: "POST", body: new Uint8Array(bytes), ...more });

const emptied = (room: BodyRoom) => eventually(() => assertEquals(room.held, 0));

Deno.test("bodies that together are too many are refused as the provider would, until one is done", () =>
  withRoom(async ({ url, room, provider }) => {
    const taken = provider.take();
    const first = post(url, 60_000);
    const exchange = await taken;
    assertEquals(room.held, 60_000);
    const refused = await post(url, 60_000);
    assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
    const { error } = await refused.json();
    assertEquals([error.type, error.code], ["server_error", "too_many_bodies"]);
    assertStringIncludes(error.message, `60000 of ${MOST} bytes`);
    const small = await post(url, 40_000);
    assertEquals(small.status, 200);
    await small.body?.cancel();
    exchange.json({});
    await (await first).body?.cancel();
    await emptied(room);
    const again = await post(url, 60_000);
    assertEquals(again.status, 200);
    await again.body?.cancel();
    await emptied(room);
    assertEquals(provider.entries.length, 3);
  }));

Deno.test("a body that does not say its size is refused when the room is full, and leaves it as it was", () =>
  withRoom(async ({ url, room }) => {
    const parts = Array.from({ length: 11 }, () => new Uint8Array(10_000));
    const refused = await fetch(url, { method: "POST", body: ReadableStream.from(parts) });
    assertEquals([refused.status, (await refused.json()).error.code], [503, "too_many_bodies"]);
    await emptied(room);
  }));

Deno.test("who leaves in the middle of his body, or before his answer, gives his room back", () =>
  withRoom(async ({ url, room, provider }) => {
    const half = send(url, { method: "POST", headers: { "content-length": "50000" } }).on("error", () => {});
    half.write(new Uint8Array(25_000));
    await eventually(() => assert(room.held > 0));
    half.destroy();
    await emptied(room);
    const taken = provider.take();
    const left = new AbortController();
    const call = post(url, 50_000, { signal: left.signal }).catch(() => {});
    const exchange = await taken;
    left.abort();
    await Promise.all([call, exchange.ended]);
    await emptied(room);
  }));

import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { startUpstream } from "../../../tests/support/upstream.ts";
import { singleUseBody } from "./single_use_body.ts";
import { trackedFetch } from "./tracked_fetch.ts";

const POST = { method: "POST", headers: { "content-type": "application/json" } };

Deno.test("a body reaches the upstream once, also when a kept-open connection closes", async () => {
  const upstream = await startUpstream();
  const recorder = { reserve: () => ({ settle() {}, release() {} }) };
  const tracked = trackedFetch({ recorder, workspace_id: "acme" });
  try {
    for (const body of ['{"a":"é"}', new TextEncoder().encode('{"a":"é"}')]) {
      await (await tracked(`${upstream.url}/embeddings`, { ...POST, body })).text();
      const before = upstream.entries.length;
      upstream.once((exchange) => exchange.cut());
      await assertRejects(() => tracked(`${upstream.url}/embeddings`, { ...POST, body }), TypeError);
      assertEquals(upstream.entries.length - before, 1);
      const { headers, body: sent } = upstream.entries[before];
      assertEquals([sent, headers["content-length"], headers["content-type"]], ['{"a":"é"}', "10", "application/json"]);
    }
  } finally {
    await upstream.close();
  }
});

Deno.test("bodies that Deno cannot copy, and missing ones, stay as they are", () => {
  for (const body of [null, undefined, new FormData(), new ReadableStream<Uint8Array>()]) {
    assertEquals(singleUseBody(body) === body, true);
  }
});

Deno.test("a text without a type gets the type that fetch uses", async () => {
  const typeOf = (body: BodyInit) => new Request("http://a", { method: "POST", body }).headers.get("content-type");
  assertEquals(typeOf(singleUseBody("a")!)?.toLowerCase(), typeOf("a")?.toLowerCase());
  assertEquals(await new Response(singleUseBody("é")).text(), "é");
});

import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { withGateway } from "../../../tests/support/gateway_server.ts";
import { hang } from "../../../tests/support/upstream_replies.ts";
import { chatChunks } from "../../../tests/support/upstream_bodies.ts";

const CHAT = { method: "POST", headers: { "content-type": "application/json" }, body: '{"model":"gpt-5.4"}' };

/** A recorder whose permits throw when an attempt ends, and the log of the gateway that uses it. */
function failingRecorder() {
  const logged: unknown[] = [];
  const settle = () => {
    throw new Error("defect");
  };
  const recorder = { reserve: () => ({ settle, release: settle }) };
  return { recorder, logged, log: (event: string, fields: object) => void logged.push([event, fields]) };
}

Deno.test("a defect in an event of the upstream is logged and ends that exchange alone", async () => {
  const { logged, ...options } = failingRecorder();
  await withGateway(options, async ({ url, provider }) => {
    const failed = await fetch(`${url}/chat/completions`, CHAT);
    assertEquals(failed.status, 500);
    assertEquals((await failed.json()).error.code, "internal_error");
    provider.once(async (exchange) => {
      exchange.startStream();
      for (const chunk of chatChunks("gpt-5.4", true)) await exchange.event(chunk);
      exchange.end();
    });
    const cut = await fetch(`${url}/chat/completions`, CHAT);
    await assertRejects(() => cut.text(), TypeError);
    assertEquals(logged, Array(2).fill(["gateway_failed", { error: "Error: defect" }]));
  });
});

Deno.test("a defect when the caller disconnects, or the upstream sends nothing, is logged", async () => {
  const { logged, ...options } = failingRecorder();
  await withGateway({ ...options, idle_timeout_ms: 50 }, async ({ url, provider }) => {
    const taken = provider.take();
    const left = new AbortController();
    const call = fetch(`${url}/chat/completions`, { ...CHAT, signal: left.signal }).catch(() => {});
    const exchange = await taken;
    left.abort();
    await Promise.all([call, exchange.ended]);
    provider.once(hang);
    assertEquals(
      (await fetch(`${url}/chat/completions`, CHAT).then((response) => response.json())).error.code,
      "internal_error",
    );
    assertEquals(logged, Array(2).fill(["gateway_failed", { error: "Error: defect" }]));
  });
});

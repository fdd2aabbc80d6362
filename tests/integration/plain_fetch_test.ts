import { assertEquals, assertRejects } from "../support/assert.ts";
import { chatChunks } from "../support/upstream_bodies.ts";
import { brief, HELLO, withUpstream } from "./room.ts";

const JSON_POST = {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer sk-caller" },
};

const post = (url: string, body: object, signal?: AbortSignal) =>
  fetch(url, { ...JSON_POST, signal, body: JSON.stringify(body) });

Deno.test(
  "plain fetch: JSON, a stream and an embedding work and are counted",
  withUpstream(async ({ gateway, rows }) => {
    const whole = await (await post(gateway("/chat/completions"), HELLO)).json();
    assertEquals([whole.choices[0].message.content, whole.usage.total_tokens], ["All is well.", 20]);
    const stream = await post(gateway("/chat/completions"), { ...HELLO, stream: true });
    const events = (await stream.text()).split("\n\n").filter(Boolean);
    assertEquals([events.length, events.at(-1)], [7, "data: [DONE]"]);
    const responses = await post(gateway("/responses"), { model: "gpt-5.4", input: "Hello", stream: true });
    assertEquals((await responses.text()).includes("event: response.completed\n"), true);
    const { data } = await (await post(gateway("/embeddings"), { model: "e", input: "Hello" })).json();
    assertEquals(data[0].embedding, [0.1, 0.2, 0.3]);
    assertEquals((await rows()).map(brief), [
      ["chat/completions", "ok", "counted", 20],
      ["chat/completions", "ok", "counted", 20],
      ["responses", "ok", "counted", 20],
      ["embeddings", "ok", "counted", 6],
    ]);
  }),
);

Deno.test(
  "plain fetch: an abort before the response or during the body, or a cancel, ends the upstream's response",
  withUpstream(async ({ gateway, upstream, rows }) => {
    for (const leaves of ["before", "inside", "cancels"] as const) {
      const taken = upstream.take();
      const abort = new AbortController();
      const answer = post(gateway("/chat/completions"), { ...HELLO, stream: true }, abort.signal);
      const exchange = await taken;
      if (leaves === "before") {
        abort.abort();
        await assertRejects(() => answer, DOMException);
      } else {
        exchange.startStream();
        for (const chunk of chatChunks("gpt-5.4", true).slice(0, 3)) await exchange.event(chunk);
        const reader = (await answer).body!.getReader();
        await reader.read();
        if (leaves === "cancels") await reader.cancel();
        else abort.abort();
      }
      await exchange.ended;
    }
    assertEquals(upstream.entries.map(({ end }) => end), ["left", "left", "left"]);
    assertEquals((await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]), [
      ["aborted", "unknown"],
      ["aborted", "estimated"],
      ["aborted", "estimated"],
    ]);
  }),
);

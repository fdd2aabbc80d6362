import { assert, assertEquals } from "../support/assert.ts";
import { HELLO, nextTurn, withUpstream } from "../integration/room.ts";
import { chatChunks } from "../support/upstream_bodies.ts";

Deno.test(
  "FAULT 19: a caller who stops after any chunk is counted, exactly or by a marked estimate",
  withUpstream(async ({ clients, upstream, rows }) => {
    const all = chatChunks("gpt-5.4", true).length - 1;
    for (const { client } of clients()) {
      for (let after = 1; after <= all; after++) {
        let seen = 0;
        for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) {
          if (++seen === after) break;
        }
      }
    }
    const told = await rows();
    assertEquals([told.length, upstream.entries.length], [2 * all, 2 * all]);
    for (const { outcome, usage_source, usage } of told) {
      if (usage_source === "counted") assertEquals(usage.total_tokens, 20);
      else assertEquals([outcome, usage_source, usage.total_tokens > 0], ["aborted", "estimated", true]);
    }
  }),
);

Deno.test(
  "FAULT 22: events are read wherever they are cut, with any line ends, a BOM and a line of 1 MB",
  withUpstream(async ({ clients, upstream, rows }) => {
    const chunks = chatChunks("gpt-5.4", true);
    const texts = ["\n", "\r\n", "\r"].map((end) =>
      [...chunks, "[DONE]"].map((chunk) =>
        `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}${end}${end}`
      )
        .join("")
    );
    for (const { client } of clients()) {
      for (const text of [texts[0], `\ufeff${texts[1]}`, texts[2]]) {
        upstream.once(async (exchange) => {
          exchange.startStream();
          const bytes = new TextEncoder().encode(text);
          for (let at = 0; at < bytes.length; at += 23) {
            exchange.response.write(bytes.subarray(at, at + 23));
            await nextTurn();
          }
          exchange.end();
        });
        let said = "";
        let usages = 0;
        for await (const chunk of await client.chat.completions.create({ ...HELLO, stream: true })) {
          said += chunk.choices[0].delta.content ?? "";
          if (chunk.usage) usages++;
        }
        assertEquals([said, usages], ["All is well.", 0]);
      }
      upstream.once(async (exchange) => {
        exchange.startStream();
        await exchange.event({ choices: [{ index: 0, delta: { content: "x".repeat(1 << 20) } }] });
        for (const chunk of chunks.slice(-1)) await exchange.event(chunk);
        await exchange.event("[DONE]");
        exchange.end();
      });
      let characters = 0;
      for await (const chunk of await client.chat.completions.create({ ...HELLO, stream: true })) {
        characters += chunk.choices[0].delta.content?.length ?? 0;
      }
      assertEquals(characters, 1 << 20);
    }
    const told = (await rows()).map(({ usage_source, usage }) => [usage_source, usage.total_tokens]);
    assertEquals(told, Array(8).fill(["counted", 20]));
  }),
);

Deno.test(
  "a slow reader slows the upstream down, and loses nothing",
  withUpstream(async ({ gateway, upstream, rows }) => {
    const event = { choices: [{ index: 0, delta: { content: "x".repeat(64 << 10) } }] };
    const taken = upstream.take();
    const body = JSON.stringify({ ...HELLO, stream: true });
    const headers = { "content-type": "application/json" };
    const answer = fetch(gateway("/chat/completions"), { method: "POST", headers, body });
    const exchange = await taken;
    exchange.startStream();
    // 256 events are 16 MB: more than all buffers on the way together hold.
    let sent = 0;
    const written = (async () => {
      for (; sent < 256; sent++) {
        if (!exchange.response.write(`data: ${JSON.stringify(event)}\n\n`)) {
          await new Promise((resolve) => exchange.response.once("drain", resolve));
        }
      }
      await exchange.event(chatChunks("gpt-5.4", true).at(-1)!);
      exchange.end();
    })();
    const reader = (await answer).body!.getReader();
    for (let still = 0, seen = 0; still < 100; still = sent === seen ? still + 1 : 0, seen = sent) await nextTurn();
    assert(sent < 256, "the upstream waits");
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
    }
    await written;
    assertEquals(bytes, 256 * (JSON.stringify(event).length + "data: \n\n".length));
    assertEquals((await rows())[0].usage.total_tokens, 20);
  }),
);

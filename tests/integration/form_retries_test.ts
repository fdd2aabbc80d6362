import { toFile } from "openai";
import { refuse } from "../support/upstream_replies.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { withUpstream } from "./room.ts";

const boundaryOf = (type: string) => /boundary=(\S+)/.exec(type)?.[1];

Deno.test(
  "FAULT 18: a form that the SDK retries with another boundary is a second attempt of the same call, through both",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    for (const { name, client } of clients({ maxRetries: 2 })) {
      const before = (await rows()).length;
      upstream.once(refuse(500, null, { "retry-after-ms": "1" }));
      upstream.once((exchange) => exchange.json({ text: "Hello" }));
      const file = await toFile(new Uint8Array(100_000), "speech.wav");
      const { text } = await client.audio.transcriptions.create({ model: "whisper-1", file });
      assertEquals(text, "Hello");
      const sent = upstream.entries.slice(-2).map(({ headers }) => boundaryOf(headers["content-type"]));
      assert(sent[0] && sent[1] && sent[0] !== sent[1], `${name}: ${sent}`);
      const [first, second] = (await rows()).slice(before);
      assertEquals([first.outcome, first.retry, second.outcome, second.retry], ["failed", 0, "ok", 1], name);
      assertEquals(second.call_id, first.call_id, name);
    }
    const { calls, attempts } = service.tracker.status("acme").usage;
    assertEquals([calls, attempts], [2, 4]);
  }),
);

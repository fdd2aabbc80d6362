import { tokenizerLoaded } from "../../server/attempts/tokens/text_tokens.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { HELLO } from "../integration/room.ts";
import { withHeaders } from "../support/upstream_replies.ts";
import { chatChunks, chatCompletion } from "../support/upstream_bodies.ts";
import { bothWays } from "./provider_room.ts";

// The first estimate waits for the tokenizer.
await tokenizerLoaded();

const NONSENSE: unknown[] = [null, {}, "20", { prompt_tokens: -1, completion_tokens: 8 }, {
  prompt_tokens: 1e308,
  completion_tokens: 1,
}, { prompt_tokens: "twelve", completion_tokens: "8" }];

bothWays(
  "FAULT 24: an answer with invalid usage is charged what it held, and adds nothing to the usage elsewhere",
  async ({ upstream, client, tracker }) => {
    let used = 0;
    for (const usage of [undefined, ...NONSENSE]) {
      used++;
      upstream.once((exchange) =>
        exchange.json({ ...chatCompletion("gpt-5.4", null), usage }, 200, {
          "x-ratelimit-limit-requests": "500",
          "x-ratelimit-remaining-requests": `${500 - used}`,
          "x-ratelimit-reset-requests": `${used * 120}ms`,
        })
      );
      await client.chat.completions.create(HELLO);
    }
    const { usage, stats, provider } = tracker.status("acme");
    assertEquals([usage.total_tokens, usage.estimated_calls], [0, NONSENSE.length + 1]);
    assert(usage.charged_tokens! > 0);
    assertEquals(stats.tokens_per_minute?.current, usage.charged_tokens);
    assertEquals(provider[0].used_elsewhere, { requests: 0, tokens: 0 });
  },
);

bothWays(
  "FAULT 24: a stream with invalid usage is estimated, and marked as such",
  async ({ upstream, client, tracker }) => {
    for (const usage of NONSENSE) {
      upstream.once(async (exchange) => {
        exchange.startStream();
        for (const chunk of chatChunks("gpt-5.4", true, usage)) await exchange.event(chunk);
        await exchange.event("[DONE]");
        exchange.end();
      });
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
    }
    const { usage } = tracker.status("acme");
    assertEquals([usage.calls, usage.estimated_calls], [NONSENSE.length, NONSENSE.length]);
  },
);

bothWays("FAULT 24: invalid limit headers are ignored", async ({ upstream, client, tracker }) => {
  for (const value of ["-1", "0", "", "1e9", "NaN", "9".repeat(30), "5; DROP"]) {
    upstream.once(withHeaders({
      "x-ratelimit-limit-requests": value,
      "x-ratelimit-remaining-requests": value,
      "x-ratelimit-reset-requests": value,
    }));
    await client.chat.completions.create(HELLO);
  }
  assertEquals([tracker.status("acme").provider, tracker.status("acme").status], [[], "normal"]);
});

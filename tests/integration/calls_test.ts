import type OpenAI from "openai";
import { assert, assertEquals } from "../support/assert.ts";
import { refuse } from "../support/upstream_replies.ts";
import { HELLO, nextTurn, withUpstream } from "./room.ts";

const ask = (client: OpenAI) => client.chat.completions.create(HELLO);

Deno.test(
  "FAULT 18: a call whose first attempts are refused is one call, counted when it is sent, through both",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    for (const { name, client } of clients({ maxRetries: 3 })) {
      const before = service.tracker.status("acme").usage;
      const sent = upstream.entries.length;
      upstream.once(refuse(429, "rate_limit_exceeded", { "retry-after-ms": "400" }));
      const first = ask(client);
      while (service.tracker.availability("acme").available) await nextTurn();
      // The provider asked to wait: until then this call's attempts are refused here, and the SDK retries them.
      const held = client.responses.create({ model: HELLO.model, input: "Hello" });
      await Promise.all([first, held]);
      const { usage } = service.tracker.status("acme");
      assertEquals(usage.calls - before.calls, 2, name);
      assertEquals(usage.attempts - before.attempts, upstream.entries.length - sent, name);
      const retries = upstream.entries.slice(sent).map(({ headers }) => headers["x-stainless-retry-count"]);
      assert(retries.includes("0") && retries.filter((count) => count !== "0").length >= 2, `${name}: ${retries}`);
    }
    const counted = (await rows()).filter(({ retry }) => retry === 0);
    assertEquals([counted.length, new Set(counted.map(({ call_id }) => call_id)).size], [4, 4]);
  }),
);

Deno.test(
  "FAULT 18: a call that the SDK aborts and retries is one call, through client and gateway",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    for (const { client } of clients({ maxRetries: 1, timeout: 100 })) {
      upstream.once((exchange) => exchange.ended);
      await ask(client);
    }
    const told = (await rows()).map(({ retry, outcome, call_id }) => ({ retry, outcome, call_id }));
    assertEquals(told.map(({ retry, outcome }) => [retry, outcome]), [[0, "aborted"], [1, "ok"], [0, "aborted"], [
      1,
      "ok",
    ]]);
    assertEquals(new Set(told.map(({ call_id }) => call_id)).size, 2);
    assertEquals(service.tracker.status("acme").usage.calls, 2);
  }),
);

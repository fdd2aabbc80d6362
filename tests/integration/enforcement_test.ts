import OpenAI, { RateLimitError } from "openai";
import { assert, assertEquals, assertMatch, assertRejects } from "../support/assert.ts";
import { HELLO, withUpstream } from "./room.ts";

const LIMIT = 100;
const AT_ONCE = 512;

for (const way of ["client", "gateway"] as const) {
  Deno.test(
    `of ${AT_ONCE} calls at once through the ${way}, exactly ${LIMIT} reach the upstream; the others are refused at once`,
    withUpstream(async ({ clients, upstream, rows, service }) => {
      // The SDK would try twice more: it must be told not to.
      const { client } = clients({ maxRetries: 2 }).find(({ name }) => name === way)!;
      const calls = Array.from({ length: AT_ONCE }, () => client.chat.completions.create(HELLO));
      const ends = await Promise.allSettled(calls);
      const refused = ends.filter((end) => end.status === "rejected").map((end) => end.reason);
      assertEquals([upstream.entries.length, refused.length], [LIMIT, AT_ONCE - LIMIT]);
      for (const error of refused) {
        assert(error instanceof RateLimitError, String(error));
        assertEquals([error.code, error.type], ["workspace_rate_limited", "rate_limit_error"]);
        assertMatch(
          error.message,
          /^429 Cannot reserve 1 request for workspace "acme": 100 of 100 requests .* again in 1m/,
        );
        assert(Number(error.headers?.get("retry-after")) > 0);
      }
      assertEquals((await rows()).length, LIMIT);
      const { stats, usage, status } = service.tracker.status("acme");
      const meter = stats.requests_per_minute!;
      assertEquals([meter.current, meter.reserved, meter.remaining, status], [LIMIT, 0, 0, "rate_limited"]);
      assertEquals([usage.attempts, usage.failed, usage.total_tokens], [LIMIT, 0, LIMIT * 20]);
    }, { limits: { requests_per_minute: LIMIT } }),
  );
}

Deno.test(
  "in observe mode nothing is refused, and all is counted",
  withUpstream(async ({ clients, upstream, service }) => {
    for (const { client } of clients()) {
      await Promise.all(Array.from({ length: 8 }, () => client.chat.completions.create(HELLO)));
    }
    const meter = service.tracker.status("acme").stats.requests_per_minute!;
    assertEquals([upstream.entries.length, meter.current, meter.remaining], [16, 16, 0]);
  }, { mode: "observe", limits: { requests_per_minute: 4 } }),
);

Deno.test(
  "a refused stream, and one over the day's limit, raise the same error; another workspace goes on",
  withUpstream(async ({ clients, upstream, service, plain }) => {
    await plain().chat.completions.create(HELLO);
    for (const { client } of clients({ maxRetries: 2 })) {
      const create = () => client.chat.completions.create({ ...HELLO, stream: true });
      const error = await assertRejects(create, RateLimitError, "1 of 1 requests are taken today");
      assertEquals(error.code, "workspace_quota_exceeded");
    }
    await plain({ baseURL: `${service.url}/w/blue/v1` }).chat.completions.create(HELLO);
    assertEquals(upstream.entries.length, 2);
  }, { limits: { requests_per_day: 1 } }),
);

Deno.test(
  "tokens are held before they are used, and given back as they are counted",
  withUpstream(async ({ upstream, service, plain }) => {
    const taken = upstream.take();
    const long = [{ role: "user" as const, content: "word ".repeat(720) }];
    const first = plain().chat.completions.create({ ...HELLO, messages: long });
    const exchange = await taken;
    const meter = () => service.tracker.status("acme").stats.tokens_per_minute!;
    assert(meter().reserved >= 900 && meter().current === 0, JSON.stringify(meter()));
    await assertRejects(() => plain().chat.completions.create(HELLO), OpenAI.RateLimitError, "tokens");
    exchange.json({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 } });
    await first;
    assertEquals([meter().reserved, meter().current], [0, 20]);
    await plain().chat.completions.create(HELLO);
  }, { limits: { tokens_per_minute: 1000 } }),
);

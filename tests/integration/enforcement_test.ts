import { requestFacts } from "../../server/attempts/request/request_facts.ts";
import OpenAI, { RateLimitError } from "openai";
import { clientFactory } from "../../server/client/client_factory.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../support/assert.ts";
import { HELLO, nextTurn, withUpstream } from "./room.ts";

const LIMIT = 100;
const AT_ONCE = 512;

for (const way of ["client", "gateway"] as const) {
  Deno.test(
    `of ${AT_ONCE} concurrent calls through the ${way}, exactly ${LIMIT} reach the upstream; the others are refused without retries`,
    withUpstream(async ({ clients, upstream, rows, service }) => {
      // The SDK retries twice by default: the refusal must forbid it.
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
          /^429 Cannot reserve 1 request for workspace "acme": 100 of 100 requests .* again in 1 min/,
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
  "in observe mode no call is refused, and every call is counted",
  withUpstream(async ({ clients, upstream, service }) => {
    for (const { client } of clients()) {
      await Promise.all(Array.from({ length: 8 }, () => client.chat.completions.create(HELLO)));
    }
    const meter = service.tracker.status("acme").stats.requests_per_minute!;
    assertEquals([upstream.entries.length, meter.current, meter.remaining], [16, 16, 0]);
  }, { mode: "observe", limits: { requests_per_minute: 4 } }),
);

Deno.test(
  "a refused stream, and one over the day's limit, raise the same error; another workspace is not affected",
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
  "tokens are reserved before a call, and the reservation becomes the counted usage",
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

for (const way of ["client", "gateway"] as const) {
  Deno.test(
    `of ${AT_ONCE} concurrent calls of 1,000 tokens through the ${way}, a limit of 100,000 allows exactly 100`,
    withUpstream(async ({ clients, upstream, service }) => {
      const { client } = clients().find(({ name }) => name === way)!;
      const used = { prompt_tokens: 900, completion_tokens: 100, total_tokens: 1000 };
      upstream.reply((exchange) => exchange.json({ choices: [], usage: used }));
      // The estimate of the input plus the output cap: exactly 1,000 tokens.
      const call = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "" }], max_completion_tokens: 100 };
      while (requestFacts("chat/completions", JSON.stringify(call)).tokens < 1000) call.messages[0].content += "x";
      const ends = await Promise.allSettled(
        Array.from({ length: AT_ONCE }, () => client.chat.completions.create(call)),
      );
      const sent = ends.filter(({ status }) => status === "fulfilled").length;
      assertEquals([sent, upstream.entries.length], [100, 100]);
      const { current, reserved } = service.tracker.status("acme").stats.tokens_per_minute!;
      assertEquals([current, reserved], [100_000, 0]);
    }, { limits: { tokens_per_minute: 100_000 } }),
  );
}

Deno.test(
  "a refusal has the shape of OpenAI's, with our limits in its headers",
  withUpstream(async ({ gateway, plain }) => {
    await plain().chat.completions.create(HELLO);
    const answer = await fetch(gateway("/chat/completions"), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer sk-caller" },
      body: JSON.stringify(HELLO),
    });
    const { error } = await answer.json();
    assertEquals([answer.status, error.type, error.code, error.param], [
      429,
      "rate_limit_error",
      "workspace_rate_limited",
      null,
    ]);
    const told = (name: string) => answer.headers.get(name) ?? "";
    assertEquals([told("x-should-retry"), told("x-ratelimit-limit-requests")], ["false", "1"]);
    assertEquals([told("x-ratelimit-remaining-requests"), told("x-ratelimit-limit-tokens")], ["0", "1000000000"]);
    assertEquals(told("x-ratelimit-remaining-tokens"), "999999980");
    assertMatch(told("x-ratelimit-reset-requests"), /^(1m[\d.]+s|[\d.]+s)$/);
    assert(Number(told("retry-after")) * 1000 >= Number(told("retry-after-ms")));
  }, { limits: { requests_per_minute: 1 } }),
);

for (const way of ["client", "gateway"] as const) {
  Deno.test(
    `calls of a batch job wait for the limit through the ${way}, and are sent in order of arrival`,
    withUpstream(async ({ tracked, plain, upstream, service }) => {
      const headers = { "x-quota-on-limit": "wait", "x-quota-max-wait": "30s" };
      const create = (n: number) =>
        way === "client"
          ? tracked({ on_limit: "wait" } as object).chat.completions.create({ ...HELLO, user: `${n}` })
          : plain({ defaultHeaders: headers }).chat.completions.create({ ...HELLO, user: `${n}` });
      const taken = upstream.take();
      // This call uses the whole limit until it is answered.
      const first = create(0);
      const exchange = await taken;
      const others: Promise<unknown>[] = [];
      for (let n = 1; n <= 3; n++) {
        others.push(create(n));
        await until(() => service.tracker.waiting === n);
      }
      assertEquals(upstream.entries.length, 1);
      assertEquals("x-quota-on-limit" in upstream.entries[0].headers, false);
      service.tracker.setLimits({ workspaces: { acme: { requests_per_minute: 2 } } });
      await others[0];
      service.tracker.setLimits({ workspaces: { acme: { requests_per_minute: null } } });
      await Promise.all(others);
      const asked = upstream.entries.map(({ body }) => JSON.parse(body).user);
      assertEquals([asked.slice(0, 2), asked.toSorted()], [["0", "1"], ["0", "1", "2", "3"]]);
      exchange.json({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
      await first;
    }, { limits: { requests_per_minute: 1 } }),
  );

  Deno.test(
    `a caller who stops waiting through the ${way} leaves the queue, and nothing is sent or counted`,
    withUpstream(async ({ tracked, plain, upstream, service }) => {
      const client = way === "client"
        ? tracked({ on_limit: "wait" } as object)
        : plain({ defaultHeaders: { "x-quota-on-limit": "wait" } });
      await client.chat.completions.create(HELLO);
      const caller = new AbortController();
      const waiting = client.chat.completions.create(HELLO, { signal: caller.signal });
      await until(() => service.tracker.waiting === 1);
      caller.abort();
      await assertRejects(() => waiting, OpenAI.APIUserAbortError);
      await until(() => service.tracker.waiting === 0);
      assertEquals([upstream.entries.length, service.tracker.inFlight], [1, 0]);
    }, { limits: { requests_per_minute: 1 } }),
  );
}

Deno.test(
  "a call that waits too long is refused, and invalid wait headers are 400",
  withUpstream(async ({ gateway, plain, upstream }) => {
    await plain().chat.completions.create(HELLO);
    const ask = (headers: Record<string, string>) =>
      fetch(gateway("/chat/completions"), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(HELLO),
      });
    const late = await ask({ "x-quota-on-limit": "wait", "x-quota-max-wait": "1ms" });
    assertEquals([late.status, (await late.json()).error.code], [429, "workspace_rate_limited"]);
    for (
      const headers of [{ "x-quota-on-limit": "hope" }, { "x-quota-on-limit": "wait", "x-quota-max-wait": "soon" }]
    ) {
      const answer = await ask(headers as Record<string, string>);
      assertEquals([answer.status, (await answer.json()).error.code], [400, "invalid_request"]);
    }
    assertEquals(upstream.entries.length, 1);
  }, { limits: { requests_per_minute: 1 } }),
);

async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is() && turn < 20_000; turn++) await nextTurn();
  assert(is(), "the condition did not become true in time");
}

Deno.test(
  "calls of another process wait in the same queue, and for longer than the recorder's usual patience",
  withUpstream(async ({ upstream, service }) => {
    const problems: string[] = [];
    const onProblem = (sentence: string) => void problems.push(sentence);
    const recorder = new HttpRecorder({ service_url: service.url, patience_ms: 5000, onProblem });
    const options = { apiKey: "sk-caller", baseURL: upstream.url, on_limit: "wait", max_wait_ms: 60_000 } as const;
    const client = clientFactory(recorder)("acme", options);
    await client.chat.completions.create(HELLO);
    await recorder.flush();
    const waiting = client.chat.completions.create(HELLO);
    await until(() => service.tracker.waiting === 1);
    const caller = new AbortController();
    const leaving = client.chat.completions.create(HELLO, { signal: caller.signal });
    await until(() => service.tracker.waiting === 2);
    caller.abort();
    await assertRejects(() => leaving, OpenAI.APIUserAbortError);
    await until(() => service.tracker.waiting === 1);
    service.tracker.reset("acme", "minute");
    await waiting;
    await recorder.flush();
    assertEquals([upstream.entries.length, service.tracker.inFlight, problems], [2, 0, []]);
  }, { limits: { requests_per_minute: 1 } }),
);

/** Costs of calls in the running service: at their end, by the prices in force. */
import { formatUsd } from "../../shared/money/money.ts";
import { limitsInMemory } from "../../server/limits/limits_file.ts";
import { assertEquals } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";
import { report } from "./requests.ts";
import { run, type Running } from "./running.ts";

const ADMIN_KEY = "correct-horse-battery";

const CHAT = { method: "POST", headers: { "content-type": "application/json" } };

async function call({ host }: Running, model: string, workspace = "acme"): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  await (await fetch(`http://${host}/w/${workspace}/v1/chat/completions`, { ...CHAT, body })).text();
}

/** Costs and reasons, the oldest first. */
async function costs({ service, ledger }: Running, workspace = "acme") {
  await service.tracker.flushed();
  const rows = (await ledger.attempts(workspace, 100)).reverse();
  return rows.map(({ cost_usd_nanos, unpriced }) => cost_usd_nanos == null ? unpriced : formatUsd(cost_usd_nanos));
}

const USAGE = {
  prompt_tokens: 2006,
  completion_tokens: 300,
  total_tokens: 2306,
  prompt_tokens_details: { cached_tokens: 1920 },
};

Deno.test("a call has its cost from the first one after the start, by the model that answered", async () => {
  const upstream = await startUpstream();
  const answers = [
    { model: "gpt-4o-2024-08-06", usage: USAGE, service_tier: "default" },
    { model: "gpt-4o-2024-08-06", usage: USAGE, service_tier: "priority" },
    { model: "gpt-tomorrow", usage: USAGE },
    { model: "gpt-4o" },
  ];
  {
    await using running = await run({ QUOTA_UPSTREAM_URL: upstream.url });
    for (const answer of answers) {
      upstream.once((exchange) => exchange.json(answer));
      await call(running, "my-alias");
    }
    upstream.once((exchange) => exchange.json({ error: { message: "no", code: "bad" } }, 400));
    await call(running, "gpt-4o");
    assertEquals(await costs(running), [
      "0.005615000",
      "0.009545500",
      "unknown_model",
      "unknown_usage",
      "0.000000000",
    ]);
    const health = await (await fetch(`http://${running.host}/healthz`)).json();
    assertEquals(Object.keys(health.prices), ["library", "overlay_date", "age_days"]);
  }
  await upstream.close();
});

Deno.test("a report has its cost, and one without a provider's usage has a reason", async () => {
  await using running = await run();
  const usage = {
    input_tokens: 2746,
    cached_input_tokens: 2208,
    output_tokens: 197,
    reasoning_tokens: 64,
    total_tokens: 2943,
  };
  const attempts = [report({ id: "attempt-1", workspace_id: "acme", model: "gpt-5-mini", usage })];
  const send = (body: object) =>
    fetch(`http://${running.host}/api/quota/attempts`, { ...CHAT, body: JSON.stringify(body) });
  assertEquals((await send({ attempts })).status, 200);
  assertEquals(await costs(running), ["0.000583700"]);
  const forged = [report({ id: "attempt-2", workspace_id: "acme", cost_usd: "0.000000000" })];
  assertEquals((await send({ attempts: forged })).status, 400, "a client does not set the cost");
});

Deno.test("the team's own prices are read with the limits file, for all workspaces and for one", async () => {
  const upstream = await startUpstream();
  upstream.reply((exchange) =>
    exchange.json({ model: "llama-4", usage: { prompt_tokens: 1000, completion_tokens: 1000 } })
  );
  const price = (input: string) => [{ model: "llama-*", per_million: { input, output: "1" } }];
  const limits = limitsInMemory(JSON.stringify({
    prices: price("1"),
    workspaces: { beta: { prices: [{ model: "llama-4", per_million: { input: "3", output: "1" } }] } },
  }));
  {
    await using running = await run({ QUOTA_UPSTREAM_URL: upstream.url }, { limits });
    for (const workspace of ["acme", "beta"]) await call(running, "llama-4", workspace);
    assertEquals([await costs(running), await costs(running, "beta")], [["0.002000000"], ["0.004000000"]]);
    limits.text = JSON.stringify({ prices: [{ model: "llama-4", per_million: { input: "free" } }] });
    running.clock.advance(1000);
    await call(running, "llama-4");
    const health = await (await fetch(`http://${running.host}/healthz`)).json();
    const [problem] = health.problems;
    assertEquals(
      problem,
      "The limits file is not in force: prices[0].per_million.input must be dollars as a decimal string with at most nine " +
        'decimals, such as "0.0005837", not "free"',
    );
    limits.text = JSON.stringify({ prices: price("2") });
    running.clock.advance(1000);
    // The file is read after the tick.
    await fetch(`http://${running.host}/healthz`);
    await call(running, "llama-4");
    assertEquals(await costs(running), ["0.002000000", "0.002000000", "0.003000000"]);
  }
  await upstream.close();
});

Deno.test("limits that are set without prices leave a workspace's own prices, and an empty list removes them", async () => {
  const prices = [{ model: "llama-4", discount_percent: "12.5" }];
  await using running = await run({ QUOTA_ADMIN_KEY: ADMIN_KEY }, {
    limits: limitsInMemory(JSON.stringify({ workspaces: { acme: { tokens_per_day: 5, prices } } })),
  });
  const put = async (body: object) => {
    const headers = { ...CHAT.headers, "x-admin-key": ADMIN_KEY };
    const url = `http://${running.host}/api/quota/limits?workspace_id=acme`;
    const response = await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) });
    return (await response.json()).own;
  };
  assertEquals(await put({ requests_per_day: 7 }), { requests_per_day: 7, prices });
  assertEquals(await put({}), { prices });
  assertEquals(await put({ prices: [] }), { prices: [] });
});

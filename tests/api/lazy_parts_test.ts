/** Parts of the service that load on first use: responses before that, and when a part cannot be loaded. */
import { MODULES } from "../../server/lazy_parts.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";
import { run, until, Watcher } from "./running.ts";

const call = (url: string) =>
  fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(500_000) }] }),
  });

/** The modules, with `around` called instead of each import. */
function intercept(around: (load: () => Promise<unknown>, name: string) => Promise<unknown>): typeof MODULES {
  const intercepted = Object.entries(MODULES).map(([name, load]) => [name, () => around(load, name)]);
  return Object.fromEntries(intercepted) as typeof MODULES;
}

/** Parts that calls do without. */
const OPTIONAL = ["features", "prices"];

/** A service whose imports fail while `broken`: that of an optional part, or all others. */
async function runBroken(upstream = "http://127.0.0.1:1/v1", optional: string | null = null) {
  const imports = { broken: true };
  const log: { event: string; part: unknown }[] = [];
  const running = await run({ QUOTA_UPSTREAM_URL: upstream }, {
    log: (event, fields) => log.push({ event, part: fields?.part }),
    modules: intercept((load, name) =>
      imports.broken && (optional === null ? !OPTIONAL.includes(name) : name === optional)
        ? Promise.reject(new Error("disk"))
        : load()
    ),
  });
  return { running, imports, log };
}

Deno.test("calls that arrive before the gateway is loaded wait for it, and reach the provider whole", async () => {
  const upstream = await startUpstream();
  const env = { QUOTA_UPSTREAM_URL: upstream.url, OPENAI_TOKEN_LIMIT_PER_MINUTE: "2000000" };
  await using running = await run(env);
  const answers = await Promise.all([call(running.service.url), call(running.service.url)]);
  for (const answer of [...answers, await call(running.service.url)]) {
    assertEquals((await answer.json()).object, "chat.completion");
  }
  assertEquals(upstream.entries.length, 3);
  await upstream.close();
});

Deno.test("a gateway that cannot be loaded answers 503 in the provider's shape, and the next call tries again", async () => {
  const upstream = await startUpstream();
  const { running, imports, log } = await runBroken(upstream.url);
  await using _ = running;
  const refused = await call(running.service.url);
  assertEquals([refused.status, (await refused.json()).error.code], [503, "service_unavailable"]);
  assertEquals(log, [{ event: "part_not_loaded", part: "gateway" }]);
  imports.broken = false;
  assertEquals((await (await call(running.service.url)).json()).object, "chat.completion");
  await upstream.close();
});

Deno.test("pages that cannot be loaded answer 503 with a problem body, and the next request tries again", async () => {
  const { running, imports, log } = await runBroken();
  await using _ = running;
  const ask = () => fetch(`${running.service.url}/api/quota/usage`);
  const refused = await ask();
  assertEquals([refused.status, refused.headers.get("content-type")], [503, "application/problem+json"]);
  assertEquals((await refused.json()).code, "service_unavailable");
  assertEquals(log, [{ event: "part_not_loaded", part: "pages" }]);
  imports.broken = false;
  const answer = await ask();
  assertEquals([answer.status, (await answer.json()).workspace_id], [200, "default"]);
});

const SOCKETS = [
  { path: "/api/quota/ws", part: "status sockets", type: "application/problem+json" },
  { path: "/v1/realtime", part: "gateway sockets", type: "application/json" },
];
for (const { path, part, type } of SOCKETS) {
  Deno.test(`${path}: an upgrade whose part cannot be loaded is refused with 503, and the next one tries again`, async () => {
    const { running, imports, log } = await runBroken();
    await using _ = running;
    const refusalOf = async () => {
      const watcher = new Watcher(running, "?workspace_id=acme&model=gpt-realtime", { path });
      await until(() => watcher.refusal !== null || watcher.messages.length > 0, "an answer");
      watcher.socket.terminate();
      return watcher.refusal;
    };
    const refused = await refusalOf();
    assertEquals([refused?.status, refused?.type], [503, type]);
    assert(refused!.body.includes("service_unavailable"), refused!.body);
    assertEquals(log, [{ event: "part_not_loaded", part }]);
    imports.broken = false;
    // The gateway's own refusal is 502, because nothing listens at the upstream's address.
    assertEquals((await refusalOf())?.status, path.startsWith("/v1") ? 502 : undefined);
    assertEquals(log.length, 1);
  });
}

Deno.test("parts load by themselves after the start; those that cannot are logged once each", async () => {
  const { running, imports, log } = await runBroken();
  await using _ = running;
  running.clock.advance(199);
  assertEquals(log, []);
  running.clock.advance(1);
  await until(() => log.length === 4, "four log events");
  assertEquals(log.map(({ part }) => part).toSorted(), ["gateway", "gateway sockets", "pages", "status sockets"]);
  imports.broken = false;
  assertEquals(
    (await fetch(`${running.service.url}/docs`).then((answer) => (answer.body?.cancel(), answer))).status,
    200,
  );
});

Deno.test("a service that stops before any part was used loads none of them", async () => {
  const loaded: string[] = [];
  const running = await run({}, {
    modules: intercept((load, name) => (loaded.push(name), load())),
  });
  await running.service.stop();
  running.clock.advance(1000);
  assertEquals([loaded, running.clock.pending], [[], 0]);
});

Deno.test("a call whose caller disconnects before the gateway is loaded is not sent", async () => {
  const upstream = await startUpstream();
  const loading = Promise.withResolvers<void>();
  let asked = false;
  await using running = await run({ QUOTA_UPSTREAM_URL: upstream.url }, {
    modules: intercept(async (load) => (asked = true, await loading.promise, await load())),
  });
  const leaving = new AbortController();
  const left = fetch(`${running.service.url}/v1/models`, { signal: leaving.signal }).catch(() => "left");
  await until(() => asked, "the request");
  leaving.abort();
  await left;
  // A request on another connection that is answered later shows that the service has seen the end of the first.
  await fetch(`${running.service.url}/healthz`).then((answer) => answer.body?.cancel());
  loading.resolve();
  await (await fetch(`${running.service.url}/v1/models`)).body?.cancel();
  assertEquals(upstream.entries.length, 1);
  await upstream.close();
});

Deno.test("features that cannot be loaded stop no call, and the next request for one tries again", async () => {
  const upstream = await startUpstream();
  const { running, imports, log } = await runBroken(upstream.url, "features");
  await using _ = running;
  assertEquals((await (await call(running.service.url)).json()).object, "chat.completion");
  const refused = await fetch(`${running.service.url}/metrics`);
  assertEquals([refused.status, (await refused.json()).code], [503, "service_unavailable"]);
  assertEquals(log.map(({ part }) => part), ["features", "features", "pages"]);
  imports.broken = false;
  const scrape = await fetch(`${running.service.url}/metrics`);
  assertEquals([scrape.status, (await scrape.text()).includes("quota_info")], [200, true]);
  await upstream.close();
});

Deno.test("prices that cannot be loaded stop no call, and later calls have a cost", async () => {
  const upstream = await startUpstream();
  upstream.reply((exchange) => exchange.json({ model: "gpt-4o", usage: { prompt_tokens: 9, completion_tokens: 1 } }));
  const { running, imports, log } = await runBroken(upstream.url, "prices");
  await using _ = running;
  const { service, ledger } = running;
  assertEquals((await (await call(service.url)).json()).model, "gpt-4o");
  assertEquals(log, [{ event: "part_not_loaded", part: "prices" }]);
  imports.broken = false;
  // The page tries again.
  await fetch(`${service.url}/api/quota/usage`).then((answer) => answer.body?.cancel());
  await (await call(service.url)).body?.cancel();
  await service.tracker.flushed();
  const rows = await ledger.attempts("default", 2);
  assertEquals(rows.map(({ cost_usd_nanos }) => String(cost_usd_nanos)), ["32500", "null"]);
  await upstream.close();
});

import { clientFactory } from "../../server/client/client_factory.ts";
import { run, until } from "../api/running.ts";
import { assertEquals } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";
import { HELLO } from "./room.ts";

Deno.test("a client in the service's process that calls through the gateway is counted once, and says so once", async () => {
  const upstream = await startUpstream();
  const events: string[] = [];
  const running = await run(
    { QUOTA_UPSTREAM_URL: upstream.url },
    { log: (event, fields) => void events.push(`${event} ${fields?.detail}`) },
  );
  const { service, port } = running;
  try {
    const getClient = clientFactory(service.tracker);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      for (const path of ["v1", "w/acme/v1"]) {
        const client = getClient("acme", { apiKey: "sk-own", baseURL: `http://${host}/${path}`, maxRetries: 0 });
        await client.chat.completions.create(HELLO);
        for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
      }
    }
    await until(() => service.tracker.inFlight === 0, "the ends of the attempts");
    assertEquals([upstream.entries.length, service.tracker.status("acme").usage.attempts], [8, 8]);
    await getClient("acme", { apiKey: "sk-own", baseURL: upstream.url }).chat.completions.create(HELLO);
    await until(() => service.tracker.inFlight === 0, "the end of the attempt");
    assertEquals(service.tracker.status("acme").usage.attempts, 9);
    assertEquals(events.filter((event) => event.startsWith("counted_by_gateway")), [
      `counted_by_gateway Calls through the gateway at ${service.url} are counted by the gateway, and not a second time by ` +
      "the tracked client",
    ]);
  } finally {
    await upstream.close();
    await service.stop(0);
  }
});

Deno.test("the public address leads to the same gateway", async () => {
  const { service } = await run({ QUOTA_PUBLIC_URL: "http://tools.acme.test/quota" });
  const isOwn = (url: string) => service.tracker.service?.isGateway(url);
  assertEquals(isOwn("http://tools.acme.test/quota/v1/responses"), true);
  assertEquals(isOwn("http://tools.acme.test/v1/responses"), false);
  assertEquals(isOwn("https://api.openai.com/v1/responses"), false);
  await service.stop(0);
});

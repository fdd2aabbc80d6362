import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { assertEquals } from "../tests/support/assert.ts";
import { ManualClock } from "../tests/support/clock.ts";
import { startUpstream } from "../tests/support/upstream.ts";
import { type GatewayLater, gatewayLater } from "./gateway_later.ts";

const clock = new ManualClock();
const recorder = { reserve: () => ({ settle() {}, release() {} }) };

Deno.test("calls that come before the gateway wait for it, bodies and all; what is not the gateway's does not", async () => {
  const upstream = await startUpstream();
  const gateway = gatewayLater({ recorder, upstream_url: upstream.url, proxy: null, clock, key: null });
  const { server, url } = await serve(gateway);
  try {
    assertEquals(await (await fetch(`${url}/healthz`)).text(), "no call");
    const body = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(500_000) }] });
    const call = () => fetch(`${url}/v1/chat/completions`, { method: "POST", headers: JSON_TYPE, body });
    const answers = await Promise.all([call(), call()]);
    for (const answer of [...answers, await call()]) assertEquals((await answer.json()).object, "chat.completion");
    assertEquals(upstream.entries.length, 3);
  } finally {
    await gateway.close();
    server.closeAllConnections();
    await Promise.all([upstream.close(), new Promise((resolve) => server.close(resolve))]);
  }
});

Deno.test("a gateway that nobody wanted is closed without being loaded", async () => {
  await gatewayLater({ recorder, upstream_url: "http://127.0.0.1:9/v1", proxy: null, clock, key: null }).close();
});

const JSON_TYPE = { "content-type": "application/json" };

async function serve({ answer }: GatewayLater): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => void (answer(request, response) || response.end("no call")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

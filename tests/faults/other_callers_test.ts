/** One caller's largest body must not make the others wait: on a real service, with the runtime's event loop as it runs there. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assert, assertEquals } from "../support/assert.ts";
import { startService } from "../support/service.ts";

/** About half of those seen. Where sockets wait for a pause of the event loop, there are seven. */
const MIN_ANSWERS = 15;

Deno.test("FAULT 64: other callers are answered while the service reads a hostile body of 15 MiB", async () => {
  // It keeps no body: this process must have time to ask.
  const provider = createServer((request, response) => void request.resume().on("end", () => response.end("{}")));
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  const service = await startService({ upstream, env: { QUOTA_MODE: "observe" } });
  try {
    const body = `{"model":"m","messages":[${"{},".repeat(5 << 20)}{}]}`;
    const call = send(service.gateway("acme"), body);
    const answers = await answersUntil(call, service.url);
    assertEquals(await call, 200);
    assert(answers >= MIN_ANSWERS, `Only ${answers} requests were answered meanwhile`);
  } finally {
    await service.close();
    provider.close();
    provider.closeAllConnections();
  }
});

async function send(gateway: string, body: string): Promise<number> {
  const headers = { "content-type": "application/json", authorization: "Bearer sk-caller" };
  const response = await fetch(`${gateway}/chat/completions`, { method: "POST", headers, body });
  await response.body?.cancel();
  return response.status;
}

/** Asks again and again over one connection. Returns how often it was answered before the call was. */
async function answersUntil(call: Promise<unknown>, url: string): Promise<number> {
  let answers = 0, isOver = false;
  const over = () => void (isOver = true);
  call.then(over, over);
  while (!isOver) {
    await (await fetch(`${url}/livez`)).body?.cancel();
    answers++;
  }
  return answers;
}

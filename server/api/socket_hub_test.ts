import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bench } from "../../tests/api/fixture.ts";
import { until, Watcher } from "../../tests/api/running.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { accessParts } from "../../tests/support/access.ts";
import { SocketHub } from "./socket_hub.ts";

/** A hub behind a server of its own, and a way to connect to it. */
async function startHub(max_sockets?: number) {
  const { tracker, clock, access, tickets } = { ...bench(), ...accessParts() };
  const hub = new SocketHub({ tracker, clock, access, tickets, max_sockets });
  const server = createServer().on("upgrade", (...upgrade) => hub.upgrade(...upgrade));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open = async () => {
    const watcher = new Watcher({ host });
    await until(() => watcher.messages.length > 0 || watcher.refusal !== null, "an answer");
    return watcher;
  };
  return { hub, clock, open, close: () => new Promise((resolve) => server.close(resolve)) };
}

Deno.test("a socket beyond the maximum is refused with a message, and a closed one makes room", async () => {
  const { hub, open, close } = await startHub(2);
  const [first, second, refused] = [await open(), await open(), await open()];
  assertEquals(refused.messages, [{
    contract: 2,
    type: "error",
    code: "too_many_sockets",
    detail: 'Cannot watch "acme": 2 sockets are open already',
  }]);
  assertEquals([(await refused.end()).code, hub.size], [1008, 2]);
  await first.close();
  await until(() => hub.size === 1, "one socket");
  const next = await open();
  assertEquals([next.messages[0].type, hub.size], ["quota_update", 2]);
  await Promise.all([second.close(), next.close()]);
  hub.close();
  await close();
});

Deno.test("a closed hub refuses upgrades with 503, and has no timer left", async () => {
  const { hub, clock, open, close } = await startHub();
  hub.close();
  const { refusal } = await open();
  assertEquals([refusal?.status, clock.pending], [503, 0]);
  await close();
});

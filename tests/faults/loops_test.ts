/** A service whose upstream leads back to it, by a way that its settings do not show. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { WebSocket } from "ws";
import { readConfig } from "../../server/config/config.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { type Service, startService } from "../../server/service.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";

/** Passes connections on to a port that is set later, and counts them. */
class Relay {
  target = 0;
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((caller) => {
      this.connections++;
      const service = connect(this.target, "127.0.0.1");
      for (const [from, to] of [[caller, service], [service, caller]]) {
        this.#sockets.add(from);
        from.on("error", () => to.destroy()).on("close", () => to.destroy()).pipe(to);
      }
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

interface Ring {
  services: Service[];
  relay: Relay;
  rows(): Promise<[string, number | null][]>;
}

/** Services in a ring: each one's upstream is the next, and the last one's is a relay to the first. */
async function withRing(size: number, use: (ring: Ring) => Promise<void>): Promise<void> {
  const relay = new Relay();
  const origin = await relay.listen();
  let upstream = origin;
  const services: Service[] = [];
  const ledger = openMemoryLedger();
  try {
    for (let at = 0; at < size; at++) {
      const config = readConfig({
        PORT: "0",
        QUOTA_UPSTREAM_URL: `${upstream}/v1`,
        // Admits the relay's address, under a path that the upstream's does not have.
        QUOTA_PUBLIC_URL: `${origin}/quota`,
      });
      const own = at === size - 1 ? ledger : openMemoryLedger();
      services.unshift(await startService({ config, ledger: own, clock: systemClock(), log: () => {} }));
      upstream = services[0].url;
    }
    relay.target = Number(new URL(services[0].url).port);
    const rows = async () => {
      await services[0].tracker.flushed();
      return (await ledger.attempts("default", 100)).map(({ outcome, http_status }) =>
        [outcome, http_status] as [string, number]
      );
    };
    await use({ services, relay, rows });
  } finally {
    relay.close();
    await Promise.all(services.map((service) => service.stop(0)));
  }
}

for (const size of [1, 2, 3]) {
  Deno.test(`FAULT 71: a call that comes back through ${size} services is answered with 508, and was sent once`, () =>
    withRing(size, async ({ services, relay, rows }) => {
      const headers = { "content-type": "application/json", authorization: "Bearer sk-caller" };
      const init = { method: "POST", headers, body: '{"model":"m","messages":[]}' };
      const response = await fetch(`${services[0].url}/v1/chat/completions`, init);
      const { error } = await response.json();
      assertEquals([response.status, error.code, relay.connections], [508, "loop_detected", 1]);
      assertEquals(response.headers.get("x-should-retry"), "false");
      assertStringIncludes(error.message, "QUOTA_UPSTREAM_URL");
      assertEquals(await rows(), [["failed", 508]]);
    }));
}

Deno.test("FAULT 71: a WebSocket that comes back is refused with 508", () =>
  withRing(1, async ({ services, relay }) => {
    const headers = { authorization: "Bearer sk-caller" };
    const socket = new WebSocket(`${services[0].url.replace("http", "ws")}/v1/realtime?model=m`, { headers });
    const status = await new Promise((resolve) => {
      socket.on("unexpected-response", (request, response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      socket.on("error", () => {});
    });
    assertEquals([status, relay.connections], [508, 1]);
  }));

Deno.test("the provider is told of the services that a call has passed, and of no other proxy", async () => {
  const provider = await startUpstream();
  const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: provider.url });
  const service = await startService({ config, ledger: openMemoryLedger(), clock: systemClock(), log: () => {} });
  const via = "1.1 proxy.acme.dev, 1.1 quota-gauge-0a1b2c3d";
  await (await fetch(`${service.url}/v1/models`, { headers: { via, authorization: "Bearer sk" } })).body?.cancel();
  await provider.close();
  await service.stop(0);
  assertEquals(
    provider.entries[0].headers.via.replace(/, 1\.1 quota-gauge-[\da-f]{8}$/, ", this one"),
    "1.1 quota-gauge-0a1b2c3d, this one",
  );
});

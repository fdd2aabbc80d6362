/** FAULT 79: more connections than the process may have files. */
import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { TRIED_AFTER_MS } from "../../server/front/listener_watch.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { startService } from "../support/service.ts";

/** Enough for the service itself, and for some dozen connections. */
const OPEN_FILES = 120;
const CALLERS = 300;

/**
 * Waits until the service has started its threads, which Deno does not survive without a file. The last one reads what was
 * spent.
 */
async function hasLoaded(url: string): Promise<void> {
  const latest = performance.now() + 20_000;
  for (;;) {
    const status = await fetch(`${url}/api/quota/status?workspace_id=acme`).then((response) => response.json());
    if (status.spend) return;
    assert(performance.now() < latest, JSON.stringify(status));
  }
}

/** Connects many callers, and waits until the service has accepted as many as it can. */
async function crowd(url: string): Promise<Socket[]> {
  await hasLoaded(url);
  const { port } = new URL(url);
  const sockets = Array.from({ length: CALLERS }, () => connect(Number(port), "127.0.0.1").on("error", () => {}));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  return sockets;
}

/** Over a connection of its own. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${url}/healthz`, { agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", () => resolve(false));
  });
}

Deno.test({
  name: "FAULT 79: a service that had no file left for a connection accepts connections again",
  ignore: Deno.build.os === "windows",
  async fn() {
    const service = await startService({
      upstream: "http://127.0.0.1:9/v1",
      wrap: (command) => ["/bin/sh", "-c", `ulimit -n ${OPEN_FILES}; exec "$@"`, "sh", ...command],
    });
    try {
      const sockets = await crowd(service.url);
      assertEquals(await answers(service.url), false);
      for (const socket of sockets) socket.destroy();
      // The service tries after one period, and listens again after the second one.
      const latest = performance.now() + 6 * TRIED_AFTER_MS;
      while (!(await answers(service.url))) assert(performance.now() < latest, service.output);
      assert(service.output.includes("listening_again"), service.output);
    } finally {
      await service.close();
    }
  },
});

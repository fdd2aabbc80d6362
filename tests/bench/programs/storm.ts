/**
 * Many of the extension's connections under Bun, with real sockets and the extension's own waits. Prints a line when all are
 * live, waits until all have lost the service, and prints when each was live again. Arguments: the address of the service,
 * the number of connections, the seconds after which it stops waiting, and the key.
 */
import { BROWSER } from "../../../extension/connection/browser.ts";
import { Connector } from "../../../extension/connection/connector.ts";

declare const Bun: { argv: string[] };
declare const process: { exit(): void };

const [server_url, count, limit_s, key] = Bun.argv.slice(2);
const [clients, seconds] = [Number(count), Number(limit_s)];

/** Epoch milliseconds at which each connection became live; 0 while it is not. */
const live_at = new Float64Array(clients);
let live = 0;

function connect(client: number): void {
  const connector = new Connector(null, ({ connection }) => {
    const isLive = connection === "live";
    if (isLive === (live_at[client] > 0)) return;
    live_at[client] = isLive ? Date.now() : 0;
    live += isLive ? 1 : -1;
  }, BROWSER);
  const target = { server_url, workspace_id: `team-${client % 100}`, key };
  connector.dispatch({ type: "configure", target, refusal: null });
}

const until = async (condition: () => boolean, limit_ms = Infinity) => {
  const started = performance.now();
  while (!condition() && performance.now() - started < limit_ms) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

// In groups, because this start is not what is measured.
for (let client = 0; client < clients; client++) {
  connect(client);
  if (client % 100 === 99) await until(() => live >= client - 100);
}
await until(() => live === clients);
console.log(`all of ${clients} connections to ${server_url} are live`);
await until(() => live === 0);
await until(() => live === clients, seconds * 1000);
console.log(JSON.stringify({ live_at: [...live_at] }));
process.exit();

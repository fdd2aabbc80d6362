/**
 * Many WebSocket clients under Bun. In each round they cause one change, then a burst of changes, with POST requests, and
 * measure how long it takes until the last client has the last change. Arguments: the address of the socket, the address
 * to post to, the number of clients, of rounds, and of changes in a burst.
 */
declare const Bun: { argv: string[]; env: Record<string, string | undefined> };

const [socketUrl, postUrl, ...numbers] = Bun.argv.slice(2);
const [clients, rounds, burst] = numbers.map(Number);
const body = Bun.env.BENCH_BODY ?? "";

/** The number of changes that each client has seen. */
const seen = new Uint32Array(clients);
let waitingFor = Infinity;
let behind = 0;
let arrived = () => {};

function receive(client: number, text: string): void {
  const at = text.indexOf('"attempts":');
  if (at < 0) return;
  const attempts = parseInt(text.slice(at + 11, at + 20));
  const before = seen[client];
  seen[client] = attempts;
  if (before < waitingFor && attempts >= waitingFor && --behind === 0) arrived();
}

async function open(client: number): Promise<void> {
  const socket = new WebSocket(socketUrl);
  socket.onmessage = ({ data }) => receive(client, data);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`Cannot open socket ${client} of ${clients}`));
  });
}

const post = () => fetch(postUrl, { method: "POST", body, headers: { "content-type": "application/json" } });

/** Milliseconds from the first of `changes` requests until every client has seen them all. */
async function measure(before: number, changes: number): Promise<number> {
  waitingFor = before + changes;
  behind = clients;
  const { promise, resolve } = Promise.withResolvers<void>();
  arrived = resolve;
  const started = performance.now();
  const posts = Array.from({ length: changes }, async () => await (await post()).text());
  await promise;
  const took = performance.now() - started;
  await Promise.all(posts);
  return took;
}

/** The changes before the clients connected: a status includes them, the peer starts at zero. */
async function changesSoFar(): Promise<number> {
  await (await post()).text();
  while (seen.some((attempts) => attempts === 0)) await new Promise((resolve) => setTimeout(resolve, 10));
  return Math.max(...seen);
}

// In groups, because a server's queue of new connections is short.
for (let at = 0; at < clients; at += 100) {
  await Promise.all(Array.from({ length: Math.min(100, clients - at) }, (_, i) => open(at + i)));
}
let changes = await changesSoFar();
const single_ms: number[] = [], burst_ms: number[] = [];
for (let round = 0; round < rounds; round++) {
  single_ms.push(await measure(changes, 1));
  burst_ms.push(await measure(changes + 1, burst));
  changes += 1 + burst;
}
console.log(JSON.stringify({ single_ms, burst_ms }));
// Open sockets keep the program running.
setTimeout(() => (globalThis as unknown as { process: { exit(): void } }).process.exit(), 0);

import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { assertEquals } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { TRIED_AFTER_MS, watchListener } from "./listener_watch.ts";

async function listening() {
  const server = createServer((_request, response) => response.end("here"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const logged: string[] = [];
  const clock = new ManualClock();
  const stop = watchListener(server, clock, (event) => void logged.push(event));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, clock, logged, stop, url, ask: () => fetch(url).then((response) => response.text()) };
}

const connection = (server: ReturnType<typeof createServer>) =>
  new Promise<void>((resolve) => server.once("connection", () => resolve()));

Deno.test("a server that accepts connections is left alone, whether it has callers or not", async () => {
  const { server, clock, logged, stop, ask } = await listening();
  for (let period = 0; period < 3; period++) {
    assertEquals(await ask(), "here");
    clock.advance(TRIED_AFTER_MS);
    const tried = connection(server);
    clock.advance(TRIED_AFTER_MS);
    await tried;
  }
  assertEquals(logged, []);
  stop();
  server.close();
});

Deno.test("FAULT 79: a server that accepts nothing listens again; its open connections stay", async () => {
  const { server, clock, logged, stop, ask, url } = await listening();
  const open = connect(Number(new URL(url).port), "127.0.0.1");
  await connection(server);
  // As with a listener that has ended: no connection reaches the server.
  const emit = server.emit.bind(server);
  server.emit = ((event: string, ...args: unknown[]) => event === "connection" || emit(event, ...args)) as never;
  const again = new Promise<void>((resolve) => server.once("listening", resolve));
  for (let period = 0; period < 3; period++) clock.advance(TRIED_AFTER_MS);
  await again;
  server.emit = emit;
  assertEquals(logged, ["listening_again"]);
  assertEquals(await ask(), "here");
  const answer = new Promise<string>((resolve) => open.once("data", (bytes) => resolve(String(bytes).slice(0, 15))));
  open.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assertEquals(await answer, "HTTP/1.1 200 OK");
  open.destroy();
  stop();
  server.close();
});

Deno.test("an ended watch tries nothing", async () => {
  const { server, clock, logged, stop } = await listening();
  clock.advance(TRIED_AFTER_MS);
  stop();
  clock.advance(5 * TRIED_AFTER_MS);
  assertEquals(logged, []);
  server.close();
});

import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { assertEquals } from "../../tests/support/assert.ts";
import { surviveExceptions } from "./last_resort.ts";

Deno.test("FAULT 63: exceptions in a socket's event, a timer and a promise are logged, and the process goes on", async () => {
  const logged: string[] = [];
  const all = Promise.withResolvers<void>();
  const end = surviveExceptions((event, fields) => {
    logged.push(`${event} ${String(fields?.error).split("\n", 1)[0]}`);
    if (logged.length === 3) all.resolve();
  });
  const server = createServer((socket) => {
    socket.on("data", () => {
      socket.destroy();
      throw new Error("in a socket");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1", () => client.write("x"));
  client.on("error", () => {});
  setTimeout(() => {
    throw new Error("in a timer");
  }, 0);
  void Promise.reject(new Error("in a promise"));
  await all.promise;
  end();
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  assertEquals(logged.sort(), ["promise", "socket", "timer"].map((place) => `uncaught_error Error: in a ${place}`));
});

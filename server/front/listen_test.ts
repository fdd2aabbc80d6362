import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { listen, originOf } from "./listen.ts";

Deno.test("an IPv6 address has brackets in the origin, whether the setting has them or not", () => {
  assertEquals([originOf("::1", 80), originOf("[::1]", 80)], ["http://[::1]:80", "http://[::1]:80"]);
  assertEquals(originOf("::1", 443, true), "https://[::1]:443");
  assertEquals([originOf("localhost", 80), originOf("127.0.0.1", 80)], ["http://localhost:80", "http://127.0.0.1:80"]);
});

Deno.test("listen resolves to the origin with the port that was taken, and rejects for a port in use", async () => {
  const [first, second] = [createServer(), createServer()];
  const origin = await listen(first, { host: "127.0.0.1", port: 0 });
  const { port } = first.address() as AddressInfo;
  assertEquals(origin, `http://127.0.0.1:${port}`);
  const error = await assertRejects(() => listen(second, { host: "127.0.0.1", port }), Error);
  assertEquals((error as Error & { code: string }).code, "EADDRINUSE");
  await new Promise((resolve) => first.close(resolve));
});

import { assert } from "../tests/support/assert.ts";
import { firstFreePort } from "./free_port.ts";

Deno.test("a taken port is skipped", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  assert(firstFreePort(port) > port);
});

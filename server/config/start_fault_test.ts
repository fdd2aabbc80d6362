import { assertEquals } from "../../tests/support/assert.ts";
import { listenFault } from "./start_fault.ts";

const message = (error: unknown) => listenFault(error, { host: "127.0.0.1", port: 80 })?.message ?? null;

Deno.test("a refusal to listen names the address and the setting to change", () => {
  const remedies: Record<string, string> = {
    EADDRINUSE: "it is taken. Set PORT to another",
    EACCES: "this user may not use it. Set PORT above 1023",
    EADDRNOTAVAIL: "this machine has no such address. Set HOST to 127.0.0.1",
    ENOTFOUND: "this machine has no such address. Set HOST to 127.0.0.1",
  };
  for (const [code, remedy] of Object.entries(remedies)) {
    assertEquals(message(Object.assign(new Error(), { code })), `Cannot listen on 127.0.0.1:80: ${remedy}`);
  }
});

Deno.test("another error is not explained", () => {
  assertEquals([message(new Error("boom")), message(Object.assign(new Error(), { code: "EIO" }))], [null, null]);
});

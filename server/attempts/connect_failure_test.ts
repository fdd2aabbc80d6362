import { assertEquals } from "../../tests/support/assert.ts";
import { isConnectFailure } from "./connect_failure.ts";

Deno.test("only a failure to connect proves that nothing was sent", () => {
  const coded = (code: string) => Object.assign(new Error("x"), { code });
  const cases: [unknown, boolean][] = [
    [coded("ECONNREFUSED"), true],
    [coded("PROXY_REFUSED"), true],
    [coded("PROXY_TIMEOUT"), true],
    [new TypeError("fetch failed", { cause: coded("ENOTFOUND") }), true],
    [new TypeError("error sending request for url (http://x/): client error (Connect): dns error"), true],
    [
      new TypeError("fetch failed", {
        cause: new Error("x", { cause: new Error("Connection refused (os error 111)") }),
      }),
      true,
    ],
    [coded("ECONNRESET"), false],
    [new TypeError("client error (SendRequest): connection closed before message completed"), false],
    [new DOMException("left", "AbortError"), false],
    ["ECONNREFUSED", false],
    [undefined, false],
  ];
  for (const [error, expected] of cases) assertEquals(isConnectFailure(error), expected, String(error));
});

Deno.test("a circular chain of causes is followed without an endless loop", () => {
  const error = new Error("x");
  error.cause = error;
  assertEquals(isConnectFailure(error), false);
});

Deno.test("the connection error of this runtime is recognized", async () => {
  // Nothing listens on a port that was just closed.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const error = await fetch(`http://127.0.0.1:${port}/`).catch((failure) => failure);
  assertEquals(isConnectFailure(error), true);
});

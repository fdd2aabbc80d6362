import { assertEquals } from "../../tests/support/assert.ts";
import { FailedTries } from "./failed_tries.ts";
import { PAIRING_MS } from "./pairing.ts";

Deno.test("five failed tries have no wait, then each one doubles it, up to five minutes", () => {
  const tries = new FailedTries(() => 0);
  const waits = Array.from({ length: 16 }, () => {
    const wait = tries.waitFor("address");
    tries.note("address");
    return wait / 1000;
  });
  assertEquals(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

Deno.test("the longest wait of an address and a key's id counts", () => {
  const tries = new FailedTries(() => 0);
  for (let i = 0; i < 6; i++) tries.note("address", "id");
  tries.note("id");
  assertEquals([tries.waitFor("address"), tries.waitFor("id"), tries.waitFor("address", "id", "new")], [
    2000,
    4000,
    4000,
  ]);
});

Deno.test("a wait ends by time alone, and after ten minutes without a failure the count restarts", () => {
  let now = 0;
  const tries = new FailedTries(() => now);
  for (let i = 0; i < 5; i++) tries.note("address");
  now = 999;
  assertEquals(tries.waitFor("address"), 1);
  now = 1000;
  assertEquals(tries.waitFor("address"), 0);
  now = 10 * 60_000;
  tries.note("address");
  assertEquals(tries.waitFor("address"), 0);
});

Deno.test("the names that are remembered are bounded", () => {
  const tries = new FailedTries(() => 0);
  for (let i = 0; i < 5; i++) tries.note("first");
  for (let i = 0; i < 10_000; i++) tries.note(`address ${i}`);
  assertEquals(tries.waitFor("first"), 0);
});

Deno.test("an address has 14 tries within the ten minutes for which a pairing code is valid", () => {
  let now = 0;
  const tries = new FailedTries(() => now);
  let count = 0;
  for (; now < PAIRING_MS; now += tries.waitFor("address"), count++) tries.note("address");
  assertEquals(count, 14);
});

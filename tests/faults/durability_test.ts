import { assert, assertEquals } from "../support/assert.ts";
import { killUnderLoad } from "./durability.ts";

/** `npm run durability` holds it over 30 kills. */
const BOUND_MS = 100;

Deno.test("FAULT 1: kill -9 loses no answer that is older than the bound", async () => {
  for (let kill = 0; kill < 3; kill++) {
    const { oldest_ms, stall_ms } = await killUnderLoad(200);
    assert(oldest_ms <= BOUND_MS + stall_ms, `an answer of ${oldest_ms} ms has no row; stalled for ${stall_ms} ms`);
  }
});

Deno.test("FAULT 1: with QUOTA_DURABILITY=answer, kill -9 loses no complete answer", async () => {
  for (let kill = 0; kill < 3; kill++) {
    assertEquals((await killUnderLoad(200, { QUOTA_DURABILITY: "answer" })).lost, 0);
  }
});

import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { readRanks } from "./token_ranks.ts";

const ROWS = 10_000;
const rows = Array.from({ length: ROWS }, (_, rank) => `${btoa(`t${rank}`)} ${rank}`);

Deno.test("a table is read a slice at a time, and others have their turn in between", async () => {
  let now = 0, pauses = 0;
  const pause = () => Promise.resolve(void pauses++);
  const ranks = await readRanks(rows.join("\n"), { now: () => now += 1, pause });
  assertEquals([ranks.get("t0"), ranks.get(`t${ROWS - 1}`), ranks.get("x")], [0, ROWS - 1, undefined]);
  assert(pauses > 50, `only ${pauses} turns for others`);
});

Deno.test("what is no row is passed over; bytes that are no text are kept as they are", async () => {
  const turns = { now: () => 0, pause: () => Promise.resolve() };
  const ranks = await readRanks(`\nIQ==\n IQ==\n${btoa("\xff\xfe")} 7\n\n`, turns);
  assertEquals([ranks.get("\xff\xfe"), ranks.get("!")], [7, undefined]);
});

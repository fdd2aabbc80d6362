import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { readRanks } from "./token_ranks.ts";

const ROWS = 10_000;
const rows = Array.from({ length: ROWS }, (_, rank) => `${btoa(`t${rank}`)} ${rank}`);

Deno.test("a table is read in slices, with pauses for other work", async () => {
  let now = 0, pauses = 0;
  const pause = () => Promise.resolve(void pauses++);
  const ranks = await readRanks(rows.join("\n"), { now: () => now += 1, pause });
  assertEquals([ranks.get("t0"), ranks.get(`t${ROWS - 1}`), ranks.get("x")], [0, ROWS - 1, undefined]);
  assert(pauses > 50, `only ${pauses} pauses`);
});

Deno.test("lines that are not rows are skipped, and bytes that are not UTF-8 are kept", async () => {
  const turns = { now: () => 0, pause: () => Promise.resolve() };
  const ranks = await readRanks(`\nIQ==\n IQ==\n${btoa("\xff\xfe")} 7\n\n`, turns);
  assertEquals([ranks.get("\xff\xfe"), ranks.get("!")], [7, undefined]);
});

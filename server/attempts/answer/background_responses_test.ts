import { assertEquals } from "../../../tests/support/assert.ts";
import { endsBackground, noteBackground } from "./background_responses.ts";

Deno.test("a response in the background is told of once", () => {
  noteBackground({ id: "resp_bg_1", background: true, status: "queued" });
  assertEquals([endsBackground({ id: "resp_bg_1" }), endsBackground({ id: "resp_bg_1" })], [true, false]);
});

Deno.test("what has ended, or is no background, is not waited for", () => {
  noteBackground({ id: "resp_bg_2", background: true, status: "completed" });
  noteBackground({ id: "resp_bg_3", background: false, status: "queued" });
  for (const body of [null, "x", [], { background: true, status: "queued" }]) noteBackground(body);
  for (const id of ["resp_bg_2", "resp_bg_3", undefined]) assertEquals(endsBackground({ id }), false);
  assertEquals(endsBackground(null), false);
});

Deno.test("the oldest are forgotten past a bound", () => {
  for (let at = 0; at < 10_001; at++) noteBackground({ id: `resp_many_${at}`, background: true, status: "queued" });
  assertEquals([endsBackground({ id: "resp_many_0" }), endsBackground({ id: "resp_many_10000" })], [false, true]);
});

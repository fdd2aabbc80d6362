import { assertEquals } from "../../../tests/support/assert.ts";
import { endsBackground, noteBackground } from "./background_responses.ts";

Deno.test("the end of a background response is reported once", () => {
  noteBackground({ id: "resp_bg_1", background: true, status: "queued" });
  assertEquals([endsBackground({ id: "resp_bg_1" }), endsBackground({ id: "resp_bg_1" })], [true, false]);
});

Deno.test("a response that has ended, or is not a background response, is not remembered", () => {
  noteBackground({ id: "resp_bg_2", background: true, status: "completed" });
  noteBackground({ id: "resp_bg_3", background: false, status: "queued" });
  for (const body of [null, "x", [], { background: true, status: "queued" }]) noteBackground(body);
  for (const id of ["resp_bg_2", "resp_bg_3", undefined]) assertEquals(endsBackground({ id }), false);
  assertEquals(endsBackground(null), false);
});

Deno.test("at most 10,000 responses are remembered, and the oldest is dropped", () => {
  for (let at = 0; at < 10_001; at++) noteBackground({ id: `resp_many_${at}`, background: true, status: "queued" });
  assertEquals([endsBackground({ id: "resp_many_0" }), endsBackground({ id: "resp_many_10000" })], [false, true]);
});

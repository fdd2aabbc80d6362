import { Buffer } from "node:buffer";
import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { createIn, eventFrom } from "./socket_message.ts";

Deno.test("a piece of an answer is not read, however it is written", () => {
  for (const type of ["response.output_text.delta", "response.output_audio.delta"]) {
    assertEquals(eventFrom(Buffer.from(`{"event_id":"e", "type" : "${type}","delta":"x"}`)), null);
  }
});

Deno.test("whatever an event says, and in whatever order, it is read when it is no piece", () => {
  const type = fc.constantFrom("response.created", "response.done", "response.completed", "error", "session.updated");
  const rest = fc.dictionary(fc.string().filter((name) => name !== "type"), fc.jsonValue());
  fc.assert(fc.property(type, rest, rest, (type, before, after) => {
    const event = { ...before, type, ...after };
    assertEquals(eventFrom(Buffer.from(JSON.stringify(event)))?.type, type);
  }));
});

Deno.test("a create is found under any escape", () => {
  const letters = [..."response.create"];
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }), fc.jsonValue(), (escaped, input) => {
    const type = letters.map((letter, at) => escaped[at] ? `\\u${hex(letter)}` : letter).join("");
    const message = Buffer.from(`{"input":${JSON.stringify(input)},"type":"${type}"}`);
    assertEquals(createIn(message)?.type, "response.create");
  }));
  assert(createIn(Buffer.from('{"type":"session.update","text":"response.create"}')) === null);
  assert(createIn(Buffer.from("response.create")) === null);
});

const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(4, "0");

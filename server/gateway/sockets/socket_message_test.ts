import { Buffer } from "node:buffer";
import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { parseCreate, parseProviderEvent } from "./socket_message.ts";

Deno.test("a part of a response is not parsed, however it is written", () => {
  for (const type of ["response.output_text.delta", "response.output_audio.delta"]) {
    assertEquals(parseProviderEvent(Buffer.from(`{"event_id":"e", "type" : "${type}","delta":"x"}`)), null);
  }
});

Deno.test("every other event is parsed, whatever its fields and their order", () => {
  const type = fc.constantFrom("response.created", "response.done", "response.completed", "error", "session.updated");
  const rest = fc.dictionary(fc.string().filter((name) => name !== "type"), fc.jsonValue());
  fc.assert(fc.property(type, rest, rest, (type, before, after) => {
    const event = { ...before, type, ...after };
    assertEquals(parseProviderEvent(Buffer.from(JSON.stringify(event)))?.type, type);
  }));
});

Deno.test("a create is found however its letters are escaped", () => {
  const letters = [..."response.create"];
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }), fc.jsonValue(), (escaped, input) => {
    const type = letters.map((letter, at) => escaped[at] ? `\\u${hex(letter)}` : letter).join("");
    const message = Buffer.from(`{"input":${JSON.stringify(input)},"type":"${type}"}`);
    assertEquals(parseCreate(message)?.type, "response.create");
  }));
  assert(parseCreate(Buffer.from('{"type":"session.update","text":"response.create"}')) === null);
  assert(parseCreate(Buffer.from("response.create")) === null);
});

const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(4, "0");

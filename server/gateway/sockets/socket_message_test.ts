import { Buffer } from "node:buffer";
import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import type { SocketEvent } from "../../attempts/sockets/socket_events.ts";
import { LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { parseCreate, parseProviderEvent } from "./socket_message.ts";

/** The event in a message that is read immediately. */
function small(event: SocketEvent | null | Promise<unknown>): SocketEvent | null {
  assert(!(event instanceof Promise));
  return event;
}

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
    assertEquals(small(parseProviderEvent(Buffer.from(JSON.stringify(event))))?.type, type);
  }));
});

Deno.test("a create is found however its letters are escaped", () => {
  const letters = [..."response.create"];
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }), fc.jsonValue(), (escaped, input) => {
    const type = letters.map((letter, at) => escaped[at] ? `\\u${hex(letter)}` : letter).join("");
    const message = Buffer.from(`{"input":${JSON.stringify(input)},"type":"${type}"}`);
    assertEquals(small(parseCreate(message))?.type, "response.create");
  }));
  assert(parseCreate(Buffer.from('{"type":"session.update","text":"response.create"}')) === null);
  assert(parseCreate(Buffer.from("response.create")) === null);
});

const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(4, "0");

Deno.test("FAULT 64: of a large message the facts are read, in several turns of the event loop", async () => {
  const usage = { input_tokens: 12, output_tokens: 8, total_tokens: 20 };
  for (const filler of ["[],", "{},", '"a",']) {
    const output = `[${filler.repeat(8 * LARGE_JSON_BYTES / filler.length)}0]`;
    const done = `{"type":"response.done","response":{"output":${output},"usage":${JSON.stringify(usage)}}}`;
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const event = await parseProviderEvent(Buffer.from(done));
    clearInterval(timer);
    assertEquals([event, turns > 1], [{ type: "response.done", response: { usage } }, true]);
    const create = `{"type":"response.create","response":{"tools":${output},"max_output_tokens":9}}`;
    assertEquals(await parseCreate(Buffer.from(create)), {
      type: "response.create",
      response: { max_output_tokens: 9 },
    });
    assertEquals(await parseCreate(Buffer.from(create.replace("create", "cancel"))), null);
    assertEquals(await parseCreate(Buffer.from(output.slice(1))), null);
  }
});

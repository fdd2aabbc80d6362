import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { CHAT_USAGE } from "../../../tests/support/upstream_bodies.ts";
import { AnswerBody } from "./answer_body.ts";
import { LARGE_JSON_BYTES } from "../../core/json/skim.ts";

const FACTS = { id: "resp_1", model: "m", service_tier: "flex", status: "completed", usage: CHAT_USAGE };

function read(text: string, { part = 16 << 10, max_held = LARGE_JSON_BYTES } = {}): AnswerBody {
  const body = new AnswerBody(max_held);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += part) body.add(bytes.subarray(at, at + part));
  return body;
}

Deno.test("a small body is parsed whole, in whatever parts it arrives", () => {
  for (const part of [1, 7, 100]) {
    assertEquals(read(JSON.stringify({ ...FACTS, x: "é" }), { part }).value(), { ...FACTS, x: "é" });
  }
  assertEquals([read("<html>").value(), read("").value()], [undefined, undefined]);
});

Deno.test("FAULT 64: of a large body the facts are read, wherever they are", () => {
  for (const filler of ["[],", "{},", "-0.5,", '"a",', '{"usage":{"prompt_tokens":1}},']) {
    const data = `[${filler.repeat(2 * LARGE_JSON_BYTES / filler.length)}0]`;
    const facts = JSON.stringify(FACTS).slice(1, -1);
    for (const text of [`{"data":${data},${facts}}`, `{${facts},"data":${data}}`]) {
      for (const part of [1000, 1 << 20]) assertEquals(read(text, { part }).value(), FACTS, filler);
    }
  }
});

Deno.test("a body is held up to its maximum, then let go", () => {
  const text = JSON.stringify({ padding: "x".repeat(200_000), ...FACTS });
  const held = (body: AnswerBody) => body.parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const small = read(text, { max_held: 1 << 20 });
  assertEquals([small.isLarge, held(small), small.value()], [false, text.length, FACTS]);
  const large = read(text, { max_held: 100_000 });
  assertEquals([large.isLarge, held(large), large.value()], [true, 6 * (16 << 10), FACTS]);
  large.release();
  assertEquals([held(large), large.value()], [0, FACTS]);
});

Deno.test("the text of a body is told only if it has its very bytes", () => {
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 127 }),
    fc.constantFrom(0x80, 0xc3, 0xa9, 0xef, 0xbb, 0xbf, 0xbd, 0xff),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), fc.array(byte, { maxLength: 12 }), (any, few) => {
    for (const bytes of [any, Uint8Array.from(few)]) {
      const body = new AnswerBody();
      body.add(bytes);
      body.value();
      const isAscii = bytes.every((byte) => byte < 0x80);
      assertEquals(body.ascii, isAscii ? String.fromCharCode(...bytes) : null);
    }
  }));
  assertEquals([read("{}").ascii, read(JSON.stringify("a".repeat(2 * LARGE_JSON_BYTES))).ascii], [null, null]);
});

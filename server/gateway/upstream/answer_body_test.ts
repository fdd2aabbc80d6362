import { Buffer } from "node:buffer";
import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { answerBody, MalformedAnswer } from "./answer_body.ts";
import type { Framing } from "./answer_head.ts";

/** What a body gives of bytes that come in these pieces. */
function read(framing: Framing, pieces: Buffer[]): { data: string; ended: boolean; rest: number } {
  const body = answerBody(framing);
  const data: Buffer[] = [];
  let rest = 0;
  for (const piece of pieces) rest += piece.length - body.take(piece, 0, (part) => data.push(part));
  return { data: Buffer.concat(data).toString("latin1"), ended: body.ended, rest };
}

const bytes = (text: string) => Buffer.from(text, "latin1");

/** Cut at every place that `cuts` names. */
function cut(whole: Buffer, cuts: number[]): Buffer[] {
  const places = [...new Set(cuts.map((at) => at % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => whole.subarray(from, places[at] ?? whole.length));
}

const chunk = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  extension: fc.constantFrom("", ";a=b", ' ;q="x"', "  "),
  zeros: fc.nat(3),
});

Deno.test("chunks are their data, wherever the bytes are cut, and what follows is left", () => {
  fc.assert(fc.property(
    fc.array(chunk, { maxLength: 6 }),
    fc.constantFrom("", "X-Trailer: 1\r\n", "A: 1\r\nB: 2\r\n"),
    fc.constantFrom("", "HTTP/1.1 200 OK"),
    fc.array(fc.nat(), { maxLength: 8 }),
    (chunks, trailer, after, cuts) => {
      const data = chunks.map(({ data }) => Buffer.from(data).toString("latin1"));
      const sent = chunks.map(({ extension, zeros }, at) =>
        `${"0".repeat(zeros)}${data[at].length.toString(16)}${extension}\r\n${data[at]}\r\n`
      );
      const whole = bytes(`${sent.join("")}0\r\n${trailer}\r\n${after}`);
      assertEquals(read("chunked", cut(whole, cuts)), { data: data.join(""), ended: true, rest: after.length });
    },
  ));
});

Deno.test("a length is that many bytes, and without one all are the body's", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.nat(300), fc.array(fc.nat()), (sent, length, cuts) => {
    const whole = Buffer.from(sent);
    const own = whole.subarray(0, length).toString("latin1");
    const ended = sent.length >= length;
    assertEquals(read(length, cut(whole, cuts)), { data: own, ended, rest: Math.max(0, sent.length - length) });
    assertEquals(read("until_close", cut(whole, cuts)).data, whole.toString("latin1"));
  }));
});

const MALFORMED: [name: string, text: string][] = [
  ["no size", "\r\nabc"],
  ["a size of no digits", "x\r\n"],
  ["a size with a sign", "-1\r\n"],
  ["a size with a prefix", "0x5\r\nhello\r\n"],
  ["a size that no number holds", "10000000000000000\r\n"],
  ["a size that ends in a line feed", "5\nhello\r\n0\r\n\r\n"],
  ["an extension that ends in a line feed", "5;a\nhello\r\n0\r\n\r\n"],
  ["a carriage return alone", "5\rhello"],
  ["more data than was said", "5\r\nhello!\r\n"],
  ["data that ends in a line feed", "5\r\nhello\n0\r\n\r\n"],
  ["a trailer that ends in a line feed", "0\r\nA: 1\n\r\n"],
  ["an extension without end", `5;${"x".repeat(20_000)}`],
  ["trailers without end", `0\r\n${"A: 1\r\n".repeat(5_000)}`],
];

Deno.test("chunks that can be told apart in two ways are none", () => {
  for (const [name, text] of MALFORMED) {
    let told: unknown = name;
    try {
      read("chunked", [bytes(text)]);
    } catch (error) {
      told = error;
    }
    assert(told instanceof MalformedAnswer, `${name}: ${told}`);
  }
});

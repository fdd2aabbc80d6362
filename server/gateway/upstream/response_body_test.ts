import { Buffer } from "node:buffer";
import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { MalformedResponse } from "./fields.ts";
import { responseBody } from "./response_body.ts";
import type { Framing } from "./response_head.ts";

/** Reads a body that arrives in these pieces. */
function read(framing: Framing, pieces: Buffer[]): { data: string; ended: boolean; rest: number } {
  const body = responseBody(framing);
  const data: Buffer[] = [];
  let rest = 0;
  for (const piece of pieces) rest += piece.length - body.read(piece, 0, (part) => data.push(part));
  return { data: Buffer.concat(data).toString("latin1"), ended: body.ended, rest };
}

const bytes = (text: string) => Buffer.from(text, "latin1");

/** The bytes, cut at these places. */
function cut(whole: Buffer, cuts: number[]): Buffer[] {
  const places = [...new Set(cuts.map((at) => at % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => whole.subarray(from, places[at] ?? whole.length));
}

const chunk = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  extension: fc.constantFrom("", ";a=b", ';q="x y"', ";a;b"),
  zeros: fc.nat(3),
});

Deno.test("chunks give their data, wherever the bytes are cut; the bytes that follow the body are left", () => {
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

Deno.test("a body with a length has that many bytes; a body without one has all bytes", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.nat(300), fc.array(fc.nat()), (sent, length, cuts) => {
    const whole = Buffer.from(sent);
    const own = whole.subarray(0, length).toString("latin1");
    const ended = sent.length >= length;
    assertEquals(read(length, cut(whole, cuts)), { data: own, ended, rest: Math.max(0, sent.length - length) });
    assertEquals(read("until_close", cut(whole, cuts)).data, whole.toString("latin1"));
  }));
});

Deno.test("FAULT 65: however small the chunks, data is shown once for all bytes that arrive together", () => {
  for (const size of [1, 8, 200]) {
    const chunk = `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
    const pieces = Array.from({ length: 4 }, () => bytes(chunk.repeat(1000)));
    const body = responseBody("chunked");
    const shown: number[] = [];
    for (const piece of pieces) body.read(piece, 0, (data) => shown.push(data.length));
    assertEquals(shown, [1000 * size, 1000 * size, 1000 * size, 1000 * size]);
  }
});

Deno.test("data that precedes a malformed chunk is shown", () => {
  const shown: string[] = [];
  const read = () =>
    responseBody("chunked").read(bytes("1\r\na\r\n1\r\nb\r\nno size"), 0, (data) => shown.push(`${data}`));
  assertThrows(read, MalformedResponse);
  assertEquals(shown, ["ab"]);
});

const MALFORMED: [name: string, text: string][] = [
  ["no size", "\r\nabc"],
  ["a size without digits", "x\r\n"],
  ["a blank after the size", "5 \r\nhello\r\n0\r\n\r\n"],
  ["a blank in an extension", "5; a\r\nhello\r\n0\r\n\r\n"],
  ["a quote that is not closed", '5;a="b\r\nhello\r\n0\r\n\r\n'],
  ["a trailer without a name", "0\r\n: 1\r\n\r\n"],
  ["a trailer with a control character", "0\r\nA: \x01\r\n\r\n"],
  ["a trailer that frames the body", "0\r\ncontent-length: 0\r\n\r\n"],
  ["a size with a sign", "-1\r\n"],
  ["a size with a prefix", "0x5\r\nhello\r\n"],
  ["a size that no number holds exactly", "10000000000000000\r\n"],
  ["a size that ends in a line feed", "5\nhello\r\n0\r\n\r\n"],
  ["an extension that ends in a line feed", "5;a\nhello\r\n0\r\n\r\n"],
  ["a carriage return alone", "5\rhello"],
  ["more data than the chunk's size", "5\r\nhello!\r\n"],
  ["data that ends in a line feed", "5\r\nhello\n0\r\n\r\n"],
  ["a trailer that ends in a line feed", "0\r\nA: 1\n\r\n"],
  ["an endless extension", `5;${"x".repeat(20_000)}`],
  ["endless trailers", `0\r\n${"A: 1\r\n".repeat(9_000)}`],
];

for (const [name, text] of MALFORMED) {
  Deno.test(`malformed chunks are refused: ${name}`, () => {
    let error: unknown;
    try {
      read("chunked", [bytes(text)]);
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof MalformedResponse, String(error));
  });
}

import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { MalformedResponse } from "./fields.ts";
import { type Framing, headerOf, ResponseHeadReader } from "./response_head.ts";

/** The head that these lines make; `null` if they are refused. */
function read(lines: string[], method = "POST"): ResponseHeadReader | null {
  const text = [...lines, "", ""].join("\r\n");
  try {
    const head = new ResponseHeadReader(method);
    assertEquals(head.read(text, 0), text.length);
    return head;
  } catch (error) {
    if (!(error instanceof MalformedResponse)) throw error;
    return null;
  }
}

const withLines = (...lines: string[]) => read(["HTTP/1.1 200 OK", ...lines]);

Deno.test("headers keep their order, spelling and repetition; values lose the blanks around them", () => {
  const head = withLines("X-One: 1", "SET-cookie:\t a=b; c \t", "set-cookie: d\xa0", "x-none:")!;
  assertEquals(head.raw, ["X-One", "1", "SET-cookie", "a=b; c", "set-cookie", "d\xa0", "x-none", ""]);
  assertEquals(head.names, ["x-one", "set-cookie", "set-cookie", "x-none"]);
  assertEquals(["set-cookie", "x-none", "x-two"].map((name) => headerOf(head, name)), ["a=b; c", "", undefined]);
});

const STATUS: [line: string, status: number | null, reason?: string, reusable?: boolean][] = [
  ["HTTP/1.1 200 OK", 200, "OK", true],
  ["HTTP/1.1 429 Too Many Requests", 429, "Too Many Requests", true],
  ["HTTP/1.1 299 ", 299, "", true],
  ["HTTP/1.1 204", 204, "", true],
  ["HTTP/1.1 200 a\0b", 200, "", true],
  ["HTTP/1.0 204 No Content", 204, "No Content", false],
  ["HTTP/2 200 OK", null],
  ["HTTP/1.1 20 OK", null],
  ["HTTP/1.1 099 OK", null],
  ["HTTP/1.1 2000 OK", null],
  ["HTTP/1.1  200 OK", null],
  ["http/1.1 200 OK", null],
  [" HTTP/1.1 200 OK", null],
  ["ICY 200 OK", null],
  ["HTTP/1.1 200 O\nK", null],
];

Deno.test("a status line has a version, a status of three digits and a reason; any other is refused", () => {
  for (const [line, status, reason, reusable] of STATUS) {
    const head = read([line, "content-length: 0"]);
    assertEquals(head && [head.status, head.reason, head.reusable], status && [status, reason, reusable], line);
  }
});

const FRAMING: [name: string, lines: string[], framing: Framing | null, reusable?: boolean][] = [
  ["a length", ["content-length: 12"], 12, true],
  ["no length", [], "until_close", false],
  ["no length, kept alive", ["connection: keep-alive"], "until_close", false],
  ["chunks", ["Transfer-Encoding: Chunked"], "chunked", true],
  ["chunks and close", ["transfer-encoding: chunked", "connection: close"], "chunked", false],
  ["close among others", ["content-length: 0", "connection: x-hop, Close"], 0, false],
  ["close, then keep-alive", ["content-length: 0", "connection: close", "connection: keep-alive"], 0, false],
  ["keep-alive among others", ["content-length: 0", "connection: keep-alive, x-hop"], 0, true],
  ["a length with leading zeros", ["content-length: 00000000000000000012"], 12, true],
  ["the same length twice", ["content-length: 3", "content-length: 3"], null],
  ["two lengths", ["content-length: 3", "content-length: 4"], null],
  ["a length, then chunks", ["content-length: 3", "transfer-encoding: chunked"], null],
  ["chunks, then a length", ["transfer-encoding: chunked", "content-length: 3"], null],
  ["two codings", ["transfer-encoding: gzip, chunked"], null],
  ["chunks twice", ["transfer-encoding: chunked", "transfer-encoding: chunked"], null],
  ["a tab after the coding", ["transfer-encoding: chunked\t"], null],
  ["a tab after the length", ["content-length: 3\t"], null],
  ["an unknown coding", ["transfer-encoding: identity"], null],
  ["a negative length", ["content-length: -1"], null],
  ["a length with a sign", ["content-length: +1"], null],
  ["a length in hexadecimal", ["content-length: 0x10"], null],
  ["an empty length", ["content-length:"], null],
  ["a list of lengths", ["content-length: 3, 3"], null],
  ["a length that no number holds exactly", ["content-length: 9999999999999999"], null],
  ["a blank after the length", ["content-length: 3 "], null],
  ["a blank before the colon", ["content-length : 3"], null],
  ["a folded line", ["x-a: 1", " folded"], null],
  ["no colon", ["x-a"], null],
  ["no name", [": 1"], null],
  ["a name that is not ASCII", ["x-é: 1"], null],
  ["a NUL", ["x-a: \0"], null],
  ["a control character", ["x-a: \x01"], null],
  ["a line feed alone", ["x-a: 1\ncontent-length: 3"], null],
  ["a carriage return alone", ["x-a: 1\rcontent-length: 3"], null],
];

for (const [name, lines, framing, reusable] of FRAMING) {
  Deno.test(`a head must state the end of the body unambiguously, or it is refused: ${name}`, () => {
    const head = withLines(...lines);
    assertEquals(head && [head.framing, head.reusable], framing === null ? null : [framing, reusable]);
  });
}

Deno.test("a response that has no body has none, whatever its headers say", () => {
  for (const line of ["content-length: 5", "transfer-encoding: chunked"]) {
    assertEquals(read(["HTTP/1.1 200 OK", line], "HEAD")?.framing, 0);
    for (const status of [103, 204, 304]) assertEquals(read([`HTTP/1.1 ${status} `, line])?.framing, 0, `${status}`);
  }
});

Deno.test("a 204 or 304 that announces a body ends the connection, for the body may follow", () => {
  for (const status of [204, 304]) {
    assertEquals(read([`HTTP/1.1 ${status} `, "content-length: 5"])?.reusable, false);
    assertEquals(read([`HTTP/1.1 ${status} `, "content-length: 0"])?.reusable, true);
  }
});

Deno.test("a long value that arrives in pieces is read, up to the maximum of a whole one", () => {
  const value = "v".repeat(12 << 10);
  const text = `HTTP/1.1 200 OK\r\nx-long:   ${value}\r\n\r\n`;
  const head = new ResponseHeadReader("POST");
  for (let at = 0; at < text.length; at += 1000) head.read(text.slice(at, at + 1000), 0);
  assertEquals(headerOf(head, "x-long"), value);
});

Deno.test("a head that arrives in single bytes is read to the same result", () => {
  const text = "\r\nHTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-A: b\r\n\r\n";
  const head = new ResponseHeadReader("POST");
  const ends = [...text].map((byte) => head.read(byte, 0));
  assertEquals(ends, [...Array(text.length - 1).fill(-1), 1]);
  assertEquals([head.status, head.framing, head.raw], [200, 12, ["Content-Length", "12", "X-A", "b"]]);
});

/** Incomplete heads that are refused before the rest arrives. */
const HOPELESS = [
  "SSH-2.0",
  "HTTP/1.1 2x",
  "HTTP/1.1 56\r",
  "HTTP/1.1 200 OK\n",
  "HTTP/1.1 200 OK\r\nx: 1\n",
  "HTTP/1.1 200 OK\r\nx y",
  "HTTP/1.1 200 OK\r\nx\r",
  "HTTP/1.1 200 OK\r\n folded",
  "HTTP/1.1 200 OK\r\ncontent-length: 1x",
  "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length:",
  `HTTP/1.1 200 OK\r\nx: ${"v".repeat(1 << 14)}`,
  `HTTP/1.1 200 ${"x".repeat(1 << 16)}`,
];

for (const text of HOPELESS) {
  Deno.test(`an invalid head is refused without waiting for the rest of it: ${text.slice(-40)}`, () => {
    let refused = false;
    try {
      new ResponseHeadReader("POST").read(text, 0);
    } catch (error) {
      refused = error instanceof MalformedResponse;
    }
    assertEquals(refused, true);
  });
}

Deno.test("FAULT 65: a head that arrives byte by byte takes a number of steps that grows with its length alone", () => {
  class Counting extends ResponseHeadReader {
    steps = 0;
    protected override canContinue(partial: string, closed: boolean): boolean {
      this.steps += partial.length;
      return super.canContinue(partial, closed);
    }
  }
  for (const length of [4000, 8000, 16_000]) {
    const reader = new Counting("GET");
    for (const byte of `HTTP/1.1 200 OK\r\nx: ${"y".repeat(length)}\r\n\r\n`) reader.read(byte, 0);
    assertEquals(reader.raw[1].length, length);
    assert(reader.steps < 1_000_000, `${reader.steps} steps for ${length} bytes`);
  }
});

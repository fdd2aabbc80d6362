import { assertEquals } from "../../../tests/support/assert.ts";
import { answerHead, type Framing, headerOf } from "./answer_head.ts";

const head = (...lines: string[]) => ["HTTP/1.1 200 OK", ...lines].join("\r\n");

Deno.test("a head is read as it was sent, its names in any spelling", () => {
  const found = answerHead(head("X-One: 1", "SET-cookie:\t a=b; c \t", "set-cookie: d", "x-none:", "x-é: 2"), "GET");
  assertEquals(found, null, "a name has no accent");
  const read = answerHead(head("X-One: 1", "SET-cookie:\t a=b; c \t", "set-cookie: d\xa0", "x-none:"), "GET")!;
  assertEquals(read.raw, ["X-One", "1", "SET-cookie", "a=b; c", "set-cookie", "d\xa0", "x-none", ""]);
  assertEquals(read.names, ["x-one", "set-cookie", "set-cookie", "x-none"]);
  assertEquals(["set-cookie", "x-none", "x-two"].map((name) => headerOf(read, name)), ["a=b; c", "", undefined]);
});

const STATUS: [line: string, status: number | null, reason?: string, stays?: boolean][] = [
  ["HTTP/1.1 200 OK", 200, "OK", true],
  ["HTTP/1.1 429 Too Many Requests", 429, "Too Many Requests", true],
  ["HTTP/1.1 299 ", 299, "", true],
  ["HTTP/1.1 204", 204, "", true],
  ["HTTP/1.0 204 No Content", 204, "No Content", false],
  ["HTTP/2 200 OK", null],
  ["HTTP/1.1 20 OK", null],
  ["HTTP/1.1 2000 OK", null],
  ["HTTP/1.1  200 OK", null],
  ["http/1.1 200 OK", null],
  [" HTTP/1.1 200 OK", null],
  ["ICY 200 OK", null],
  ["HTTP/1.1 200 O\nK", null],
  ["", null],
];

Deno.test("the first line says the status, or it is no answer", () => {
  for (const [line, status, reason, stays] of STATUS) {
    const found = answerHead(`${line}\r\ncontent-length: 0`, "GET");
    assertEquals(found && [found.status, found.reason, found.stays], status && [status, reason, stays], line);
  }
});

const FRAMING: [name: string, lines: string[], framing: Framing | null, stays?: boolean][] = [
  ["a length", ["content-length: 12"], 12, true],
  ["no length", [], "until_close", false],
  ["chunks", ["Transfer-Encoding: Chunked"], "chunked", true],
  ["chunks and close", ["transfer-encoding: chunked", "connection: close"], "chunked", false],
  ["close among others", ["content-length: 0", "connection: x-hop, Close"], 0, false],
  ["kept open and more", ["content-length: 0", "connection: keep-alive, x-hop"], 0, true],
  ["the same length twice", ["content-length: 3", "content-length: 3"], 3, true],
  ["two lengths", ["content-length: 3", "content-length: 4"], null],
  ["a length and chunks", ["content-length: 3", "transfer-encoding: chunked"], null],
  ["two codings", ["transfer-encoding: gzip, chunked"], null],
  ["chunks twice", ["transfer-encoding: chunked", "transfer-encoding: chunked"], null],
  ["an unknown coding", ["transfer-encoding: identity"], null],
  ["a negative length", ["content-length: -1"], null],
  ["a length with a sign", ["content-length: +1"], null],
  ["a length in hexadecimal", ["content-length: 0x10"], null],
  ["an empty length", ["content-length:"], null],
  ["a list of lengths", ["content-length: 3, 3"], null],
  ["a length that no number holds", ["content-length: 9999999999999999"], null],
  ["a space before the colon", ["content-length : 3"], null],
  ["a folded line", ["x-a: 1", " folded"], null],
  ["no colon", ["x-a"], null],
  ["no name", [": 1"], null],
  ["a NUL", ["x-a: \0"], null],
  ["a lone line feed", ["x-a: 1\ncontent-length: 3"], null],
  ["a lone carriage return", ["x-a: 1\rcontent-length: 3"], null],
];

Deno.test("how the body ends is said once, and well, or it is no answer", () => {
  for (const [name, lines, framing, stays] of FRAMING) {
    const found = answerHead(head(...lines), "POST");
    assertEquals(found && [found.framing, found.stays], framing === null ? null : [framing, stays], name);
  }
});

Deno.test("what has no body has none, whatever it says", () => {
  const said = ["content-length: 5", "transfer-encoding: chunked"];
  for (const line of said) {
    assertEquals(answerHead(head(line), "HEAD")?.framing, 0);
    for (const status of [101, 204, 304]) {
      assertEquals(answerHead(`HTTP/1.1 ${status} \r\n${line}`, "GET")?.framing, 0, `${status}`);
    }
  }
});

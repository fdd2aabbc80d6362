/** Generators of response bytes: valid ones, unusual ones, and both with a few characters changed. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { ScriptedResponse } from "./response_readers.ts";

const often = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, weight = 16) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare });
const mostly = <T>(usual: T, ...rare: T[]) => often(fc.constant(usual), fc.constantFrom(...rare));

const fieldName = often(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/),
  fc.constantFrom(
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Upgrade",
    "Keep-Alive",
    "Trailer",
    "Set-Cookie",
  ),
);
const fieldValue = fc.oneof(
  fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
  fc.constantFrom(
    "",
    "0",
    "3",
    "chunked",
    "gzip, chunked",
    "close",
    "x, close",
    "closed",
    "keep-alive",
    "upgrade",
    "é",
  ),
);
const field = fc.tuple(fieldName, mostly(" ", "", "\t "), fieldValue, mostly("", " ", "\t"))
  .map(([name, before, value, after]) => `${name}:${before}${value}${after}\r\n`);
const fields = (maxLength: number) => fc.array(field, { maxLength }).map((lines) => lines.join(""));

const statusLine = fc.tuple(
  mostly("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "http/1.1", "ICY"),
  often(fc.constantFrom(200, 201, 204, 304, 400, 404, 429, 500, 503), fc.integer({ min: 0, max: 1100 })),
  fc.constantFrom(" OK", "", " ", " Not Found", "  two", " é", "\t"),
).map(([version, status, reason]) => `${version} ${status}${reason}\r\n`);

const interim = fc.tuple(fc.integer({ min: 99, max: 110 }), fields(2))
  .map(([status, lines]) => `HTTP/1.1 ${status} Interim\r\n${lines}\r\n`);

const extension = mostly(
  "",
  ";a",
  ";a=b",
  ';a="b c"',
  ";;",
  "; a",
  " ",
  ';a="\\""',
  ';a=b"c"',
  ";=x",
  ";a=",
  ';a="b"c',
  ';"a"',
);
const chunk = fc.tuple(fc.stringMatching(/^[ -~]{1,20}$/), extension, fc.nat(3), fc.boolean())
  .map(([data, extension, zeros, upper]) => {
    const size = "0".repeat(zeros) + data.length.toString(16);
    return `${upper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n`;
  });

const plain = fc.stringMatching(/^[ -~]{0,40}$/);
/** A body, and the header that frames it. */
const framed = fc.oneof(
  plain.map((body) => [`Content-Length: ${body.length}\r\n`, body]),
  fc.tuple(fc.array(chunk, { maxLength: 4 }), extension, fields(2))
    .map(([chunks, extension, trailers]) => [
      "transfer-encoding: chunked\r\n",
      `${chunks.join("")}0${extension}\r\n${trailers}\r\n`,
    ]),
  plain.map((body) => ["", body]),
  plain.map((body) => ["content-length: 60\r\n", body]),
);

const response = fc.record({
  before: mostly("", "\r\n", "\n"),
  interims: fc.array(interim, { maxLength: 2, size: "xsmall" }),
  statusLine,
  first: fields(3),
  framed,
  last: fields(3),
  after: mostly("", "\r\n", "HTTP/1.1 200 OK\r\n\r\n"),
}).map(({ before, interims, statusLine, first, framed: [framing, body], last, after }) =>
  `${before}${interims.join("")}${statusLine}${first}${framing}${last}\r\n${body}${after}`
);

const ODD = [...'\r\n \t\0\x01\x0b\x7f\x80:;,"=01x', "\r\n", "\r\n ", "\r\n\r\n"];
const change = fc.record({ at: fc.nat(), removes: fc.nat(1), inserts: fc.constantFrom("", ...ODD) });
const changed = fc.tuple(
  response,
  often(fc.array(change, { maxLength: 0 }), fc.array(change, { minLength: 1, maxLength: 2 }), 2),
).map((
  [text, changes],
) =>
  changes.reduce((text, { at, removes, inserts }) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + inserts + text.slice(from + removes);
  }, text)
);

/** The text as bytes, one a character, cut at these places. */
export function cutAt(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text, "latin1");
  const sorted = [...new Set([0, ...places.map((at) => at % (bytes.length + 1))])].sort((a, b) => a - b);
  return sorted.map((from, at) => bytes.subarray(from, sorted[at + 1] ?? bytes.length)).filter(({ length }) => length);
}

const whole = fc.tuple(changed, often<number | null>(fc.constant(null), fc.nat(), 6))
  .map(([text, end]) => end === null ? text : text.slice(0, end % (text.length + 1)));

/** Responses to requests that are sent one after the other. */
export const scripts: fc.Arbitrary<ScriptedResponse[]> = fc.array(
  fc.record({
    method: fc.constantFrom("POST" as const, "POST" as const, "GET" as const, "HEAD" as const),
    pieces: fc.tuple(whole, fc.array(fc.nat(), { maxLength: 5 })).map(([text, places]) => cutAt(text, places)),
  }),
  { minLength: 1, maxLength: 3 },
);

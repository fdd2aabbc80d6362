import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { chatChunks } from "../../../tests/support/upstream_bodies.ts";
import { UsageChunkFilter } from "./usage_chunk_filter.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The output of the filter for a stream in these pieces. */
function passed(pieces: Uint8Array[]): string {
  const hidden = new UsageChunkFilter();
  return [...pieces.map((piece) => hidden.push(piece)), hidden.end()].map((bytes) => decoder.decode(bytes, STREAM))
    .join("");
}

const STREAM = { stream: true };

function cut(bytes: Uint8Array, ...at: number[]): Uint8Array[] {
  const cuts = [0, ...at.toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

/** A stream with a usage chunk, and the same without it. */
function stream(end: string, bom = ""): { bytes: Uint8Array; shown: string } {
  const event = (chunk: object | string) =>
    `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}${end}${end}`;
  const chunks = chatChunks("gpt-5.4", true).slice(3);
  const usage = chunks.pop()!;
  const before = bom + [`: a comment${end}${end}`, ...chunks.map(event)].join("");
  return { bytes: encoder.encode(before + event(usage) + event("[DONE]")), shown: before + event("[DONE]") };
}

Deno.test("FAULT 22: only the usage chunk is removed, with any line end and a BOM, cut at any byte", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    for (const bom of ["", "\ufeff"]) {
      const { bytes, shown } = stream(end, bom);
      for (let at = 0; at <= bytes.length; at++) {
        assertEquals(passed(cut(bytes, at)), shown, `${JSON.stringify(end)} at ${at}`);
      }
      assertEquals(passed(cut(bytes, ...bytes.keys())), shown, `${JSON.stringify(end)} byte by byte`);
    }
  }
});

Deno.test("the output is the same for any number of cuts", () => {
  fc.assert(
    fc.property(fc.constantFrom("\n", "\r\n", "\r"), fc.array(fc.nat(), { maxLength: 40 }), (end, at) => {
      const { bytes, shown } = stream(end);
      assertEquals(passed(cut(bytes, ...at.map((cut) => cut % bytes.length))), shown);
    }),
  );
});

Deno.test("any bytes without a usage chunk pass unchanged", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (pieces) => {
    const hidden = new UsageChunkFilter();
    const bytes = [...pieces.map((piece) => hidden.push(piece)), hidden.end()].flatMap((passed) => [...passed]);
    assertEquals(bytes, pieces.flatMap((piece) => [...piece]));
  }));
  const lookalikes = [
    '{"choices":[],"usage":null}',
    '{"choices":[],"prompt_filter_results":[]}',
    '{"choices":[{"delta":{"content":"\\"choices\\":[] \\"usage\\":{"}}]}',
    '{"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}',
  ].map((data) => `data: ${data}\n\n`).join("");
  assertEquals(passed([encoder.encode(lookalikes)]), lookalikes);
});

Deno.test("a usage chunk is removed whatever it has in place of a choice", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const object = "chat.completion.chunk";
  const chunks: object[] = [
    { usage, choices: [] },
    { choices: null, usage },
    { object, usage },
    { choices: [], acme: { usage } },
    { choices: [], usage: { total_tokens: 3 } },
    { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } },
  ];
  for (const chunk of chunks) {
    for (const text of [JSON.stringify(chunk), JSON.stringify(chunk, null, 1).replaceAll("\n", "\r\ndata: ")]) {
      const bytes = encoder.encode(`data: 1\n\ndata: ${text}\n\ndata: [DONE]\n\n`);
      for (let at = 0; at <= bytes.length; at++) {
        assertEquals(passed(cut(bytes, at)), "data: 1\n\ndata: [DONE]\n\n", text);
      }
    }
  }
});

Deno.test("an event with an error, a choice or another meaning passes, although it has a usage", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2 };
  const error = { code: 502, message: "overloaded" };
  const events = [
    { choices: [], usage, error },
    { choices: [], usage, error: "overloaded" },
    { choices: [], usage, code: 502, message: "overloaded" },
    { choices: null, usage, errors: [error] },
    { choices: [{ delta: {}, usage }] },
    { choices: [{ delta: {} }], usage },
    { type: "progress", usage },
    { choices: [], x_acme: { usage: null }, usage: null },
  ].map((event) => `data: ${JSON.stringify(event)}\n\n`);
  const text = [...events, `event: error\ndata: ${JSON.stringify({ choices: [], usage })}\n\n`].join("");
  assertEquals(passed([encoder.encode(text)]), text);
});

Deno.test("a complete event passes immediately; an incomplete one waits for its end", () => {
  const hidden = new UsageChunkFilter();
  const push = (text: string) => decoder.decode(hidden.push(encoder.encode(text)));
  assertEquals(push("data: 1\n\n"), "data: 1\n\n");
  assertEquals(push("data: 2\n\ndata: "), "data: 2\n\n");
  assertEquals(push("3\n"), "");
  assertEquals(push("\n"), "data: 3\n\n");
  assertEquals(push('data: {"choices":[],"usage":{}}\n\n'), "");
  assertEquals(push("data: half"), "");
  assertEquals(decoder.decode(hidden.end()), "data: half");
});

Deno.test("empty lines and comments pass immediately, and the usage chunk after them is removed", () => {
  const hidden = new UsageChunkFilter();
  const push = (text: string) => decoder.decode(hidden.push(encoder.encode(text)));
  for (const idle of ["\n", "\r\n", ": ping\n", "data: 1\n\n: ping\n", ":\r", "\n", ": a\n: b\n\n\n"]) {
    assertEquals(push(idle), idle, JSON.stringify(idle));
  }
  assertEquals(push(": half"), "");
  assertEquals(push(" a comment\n\n"), ": half a comment\n\n");
  assertEquals(push(': ping\ndata: {"choices":[],"usage":{}}\n\n'), "");
  assertEquals(push(": ping\n"), ": ping\n");
  assertEquals(push('data: {"choices":[],"usage":{}}\n'), "");
  assertEquals(push("\ndata: [DONE]\n\n"), "data: [DONE]\n\n");
});

Deno.test("a line of a megabyte in small pieces passes quickly, and the usage chunk after it is removed", () => {
  const long = `data: {"choices":[{"delta":{"content":"${"x".repeat(1 << 20)}"}}]}\n\n`;
  const bytes = encoder.encode(`${long}data: {"choices":[],"usage":{"total_tokens":1}}\n\ndata: [DONE]\n\n`);
  const started = performance.now();
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / 100) },
    (_, at) => bytes.subarray(at * 100, at * 100 + 100),
  );
  assertEquals(passed(pieces), `${long}data: [DONE]\n\n`);
  assert(performance.now() - started < 2000);
});

Deno.test("a line without an end is not buffered without limit", () => {
  const hidden = new UsageChunkFilter();
  const piece = new Uint8Array(1 << 20).fill(120);
  let bytes = 0;
  for (let sent = 0; sent < 20; sent++) bytes += hidden.push(piece).byteLength;
  assertEquals(bytes, 20 << 20);
});

import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { EventReader } from "./event_reader.ts";

const encoder = new TextEncoder();

function read(bytes: Uint8Array, lengths: number[] = []): unknown[] {
  const events: unknown[] = [];
  const reader = new EventReader((data) => events.push(data));
  let at = 0;
  for (const length of lengths) reader.push(bytes.subarray(at, at += length));
  reader.push(bytes.subarray(at));
  reader.end();
  return events;
}

const STREAM =
  ': hello\n\nevent: a\ndata: {"n":1}\n\ndata:{"n":2}\nid: 5\n\ndata: {"n":\nid: 6\ndata: 3}\n\ndata: [DONE]\n\n';

Deno.test("bare JSON between events is read as the data of one", () => {
  const bytes = encoder.encode('data: {"a":1}\n\n{"error":{"message":"m"}}\n\ndata: {"b":1}\n{"c":1}\n\n');
  for (const lengths of [[], [15, 1], [16, 3, 40]]) {
    assertEquals(read(bytes, lengths), [{ a: 1 }, { error: { message: "m" } }, { b: 1 }]);
  }
});

Deno.test("each event has only its data", () => {
  assertEquals(read(encoder.encode(STREAM)), [{ n: 1 }, { n: 2 }, { n: 3 }, "[DONE]"]);
  assertEquals(read(encoder.encode("")), []);
  assertEquals(read(encoder.encode("\n\n\n\n")), []);
  assertEquals(read(encoder.encode("data: 5")), [5]);
  assertEquals(read(encoder.encode("datas: 5\n\ndat\n\ndata\n\nxdata: 5\n\n")), []);
  assertEquals(read(encoder.encode("data: no JSON\n\ndata:\n\n")), [undefined, undefined]);
});

Deno.test("FAULT 22: cut anywhere, with any line end and a BOM, the events are the same", () => {
  const ends = fc.constantFrom("\n", "\r\n", "\r");
  fc.assert(fc.property(ends, fc.constantFrom("", "\ufeff"), fc.array(fc.nat(12)), (end, bom, lengths) => {
    assertEquals(read(encoder.encode(bom + STREAM.replaceAll("\n", end)), lengths), read(encoder.encode(STREAM)));
  }));
});

Deno.test("FAULT 64: of a large event only the facts are read", () => {
  const event = { type: "response.completed", padding: "x".repeat(100_000), response: { model: "m", output: [1] } };
  const events: unknown[] = [];
  const reader = new EventReader((data, isSkimmed) => events.push(data, isSkimmed));
  reader.push(encoder.encode(`data: ${JSON.stringify(event)}\n\ndata: {"n":1}\n\n`));
  assertEquals(events, [{ type: "response.completed", response: { model: "m" } }, true, { n: 1 }, false]);
});

Deno.test("an event named error is told apart, cut anywhere and with any line end", () => {
  const text = "event: error\ndata: 1\n\ndata: 2\n\nevent:error\ndata: text\n\nevent: errors\ndata: 3\n\n" +
    'data: {"a":1}\nevent: error\n\nevent: other\n\ndata: 4\n\n';
  const expected = [[1, true], [2, false], [undefined, true], [3, false], [{ a: 1 }, true], [4, false]];
  for (const end of ["\n", "\r\n", "\r"]) {
    const bytes = encoder.encode(text.replaceAll("\n", end));
    for (let at = 0; at <= bytes.length; at++) {
      const events: unknown[] = [];
      const reader = new EventReader((data, _, isError) => events.push([data, isError]));
      reader.push(bytes.subarray(0, at));
      reader.push(bytes.subarray(at));
      reader.end();
      assertEquals(events, expected, `${at}`);
    }
  }
});

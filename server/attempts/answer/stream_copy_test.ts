import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { StreamCopy } from "./stream_copy.ts";

const encoder = new TextEncoder();

function events(...chunks: (string | Uint8Array)[]): string[] {
  const text = new StreamCopy();
  for (const chunk of chunks) text.add(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  return [...text.eventsFromEnd()].map(({ data }) => data);
}

Deno.test("events are read from the last to the first, and have only their data", () => {
  const stream =
    ': hello\n\nevent: a\ndata: {"n":1}\n\ndata:{"n":2}\nid: 5\n\ndata: one\ndata: two\n\ndata: [DONE]\n\n';
  assertEquals(events(stream), ["[DONE]", "one\ntwo", '{"n":2}', '{"n":1}']);
  assertEquals(events(""), []);
  assertEquals(events("\n\n\n\n"), []);
  assertEquals(events("data: unfinished"), ["unfinished"]);
});

Deno.test("FAULT 22: cut at every byte, with any line end and a BOM, the events are the same", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    for (const bom of ["", "\ufeff"]) {
      const bytes = encoder.encode(
        `${bom}data: {"a":"é"}${end}${end}event: x${end}data: 2${end}${end}data: [DONE]${end}`,
      );
      const whole = events(bytes);
      assertEquals([whole[0], whole[1], whole.length], ["[DONE]", "2", 3]);
      for (let cut = 0; cut <= bytes.length; cut++) {
        assertEquals(events(bytes.subarray(0, cut), bytes.subarray(cut)), whole, `${JSON.stringify(end)} at ${cut}`);
      }
    }
  }
});

Deno.test("a stream of any size keeps its beginning and its end, in bounded memory", () => {
  const text = new StreamCopy();
  const line = encoder.encode(`data: ${"x".repeat(64 << 10)}\n\n`);
  text.add(encoder.encode("data: first\n\n"));
  for (let sent = 0; sent < 400; sent++) text.add(line);
  text.add(encoder.encode("data: last\n\n"));
  assert(text.bytes > 5 << 20 && text.bytes < 6 << 20, `${text.bytes} bytes`);
  const { chunks } = text;
  assertEquals([text.isCut, chunks[0], chunks.at(-1)], [
    true,
    encoder.encode("data: first\n\n"),
    encoder.encode("data: last\n\n"),
  ]);
});

Deno.test("a few bytes in a large buffer do not keep the buffer", () => {
  const slab = new Uint8Array(64 << 10);
  const text = new StreamCopy();
  const small = slab.subarray(0, 8);
  encoder.encodeInto("data: a\n", small);
  text.add(small);
  // The bytes are copied: overwriting the buffer changes nothing.
  slab.fill(0);
  assertEquals([...text.eventsFromEnd()].map(({ data }) => data), ["a"]);
});

Deno.test("any bytes are read without failing", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => {
    for (const data of events(...chunks)) assert(data.length > 0);
  }));
});

Deno.test("of a long stream the events within the last 64 KiB are read", () => {
  const numbers = Array.from({ length: 20_000 }, (_, at) => `${at}`);
  const read = events(...numbers.map((number) => `data: ${number}\n\n`));
  assert(read.length > 4000 && read.length < 6000, `${read.length} events`);
  assertEquals(read, numbers.slice(-read.length).reverse());
});

Deno.test("FAULT 65: a stream in chunks of 1 to 200 bytes is kept in few objects", () => {
  for (const bytes of [1, 8, 200]) {
    const copy = new StreamCopy();
    const chunk = new Uint8Array(bytes);
    for (let at = 0; at < 7 << 20; at += bytes) copy.add(chunk);
    assert(copy.bytes < 6 << 20 && copy.chunks.length < 25_000, `${copy.chunks.length} objects of ${copy.bytes} bytes`);
  }
});

Deno.test("an event named error is told apart", () => {
  const copy = new StreamCopy();
  copy.add(encoder.encode("event: error\r\ndata: a\r\n\r\nevent: errors\ndata: b\n\n"));
  assertEquals([...copy.eventsFromEnd()], [{ data: "b", isError: false }, { data: "a", isError: true }]);
});

Deno.test("FAULT 64: chunks are read in their order before they are dropped, few at a time", () => {
  for (const size of [100, 1400, 64 << 10]) {
    let next = 0, step = 0, read = 0;
    const reader = {
      push(bytes: Uint8Array) {
        for (let at = 0; at < bytes.length; at += 4) {
          assertEquals(new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0), next++);
        }
        step += bytes.byteLength;
      },
    };
    const copy = new StreamCopy(() => reader);
    for (let number = 0; number < 3 << 20;) {
      const chunk = new Uint8Array(size);
      const view = new DataView(chunk.buffer);
      for (let at = 0; at < size; at += 4) view.setUint32(at, number++);
      step = 0;
      copy.add(chunk);
      read += step;
      assert(step <= (32 << 10) + 4 * size + (64 << 10), `${step} bytes in one step`);
      assert(copy.bytes < 6 << 20, `${copy.bytes} bytes are kept`);
    }
    assert(read > 6 << 20, `${read} bytes are read`);
    for (const chunk of copy.chunks) reader.push(chunk);
    assert(next >= 3 << 20);
  }
});

import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { BodyParts, edgesOf, joined } from "./body_parts.ts";

const MAX = 1 << 18;

Deno.test("all parts are kept, in their order", () => {
  const parts = new BodyParts();
  assertEquals([parts.parts.length, parts.bytes], [0, 0]);
  for (const byte of [1, 2, 3]) parts.add(Uint8Array.of(byte));
  assertEquals([parts.isCut, parts.bytes, ...joined(parts.parts)], [false, 3, 1, 2, 3]);
});

Deno.test("with a maximum the last bytes are kept, whatever the size of the parts", () => {
  for (const bytes of [1, 7, 255, 256, 1000, MAX, 2 * MAX]) {
    const parts = new BodyParts(MAX);
    let sent = 0;
    for (; sent * bytes < 4 * MAX; sent++) parts.add(new Uint8Array(bytes).fill(sent));
    const kept = joined(parts.parts);
    assertEquals([kept.byteLength, parts.isCut], [parts.bytes, true]);
    assert(
      kept.byteLength >= MAX && kept.byteLength <= MAX + Math.max(bytes, 1 << 16),
      `${kept.byteLength} of ${bytes}`,
    );
    for (let at = 1; at <= MAX; at += 4099) {
      assertEquals(kept.at(-at), (sent - 1 - Math.floor((at - 1) / bytes)) % 256);
    }
  }
});

Deno.test("FAULT 65: a large body in small parts moves no array element more than twice", () => {
  const parts = new BodyParts(MAX);
  const part = new Uint8Array(300);
  const count = Math.ceil(8 * MAX / part.byteLength);
  const moved = elementsMoved(() => {
    for (let at = 0; at < count; at++) parts.add(part);
  });
  assert(moved <= 3 * count, `${moved} elements moved for ${count} parts`);
});

Deno.test("FAULT 65: parts of 1 to 200 bytes are merged, each once, so that few objects are kept", () => {
  for (const bytes of [1, 8, 50, 200]) {
    const parts = new BodyParts();
    const count = Math.ceil(MAX / bytes);
    const part = new Uint8Array(bytes);
    const moved = elementsMoved(() => {
      for (let at = 0; at < count; at++) parts.add(part);
    });
    assert(moved <= count, `${moved} elements moved for ${count} parts`);
    assert(parts.parts.length <= count / 256 + 256, `${parts.parts.length} objects are kept for ${count} parts`);
  }
});

Deno.test("the edges of a body are its first and last bytes, or all of a short one", () => {
  const parts = [[1, 2], [3], [4, 5, 6]].map((part) => Uint8Array.from(part));
  const edges = (bytes: number) => edgesOf(parts, bytes).map((edge) => [...edge]);
  assertEquals([edges(3), edges(9)], [[[1, 2, 3, 4, 5, 6]], [[1, 2, 3, 4, 5, 6]]]);
  assertEquals([edges(1), edges(2)], [[[1], [6]], [[1, 2], [5, 6]]]);
  assertEquals(edgesOf([], 5).map((edge) => edge.length), [0]);
});

/** Elements of arrays that are moved to another place or another array. */
function elementsMoved(run: () => void): number {
  const { shift, slice, splice } = Array.prototype;
  let moved = 0;
  const count = (elements: unknown[]) => void (moved += elements.length);
  Object.assign(Array.prototype, {
    shift(this: unknown[]) {
      count(this);
      return shift.call(this);
    },
    slice(this: unknown[], ...range: [number?, number?]) {
      const copy = slice.apply(this, range);
      count(copy);
      return copy;
    },
    splice(this: unknown[], ...change: [number, number]) {
      count(this);
      return splice.apply(this, change);
    },
  });
  try {
    run();
  } finally {
    Object.assign(Array.prototype, { shift, slice, splice });
  }
  return moved;
}

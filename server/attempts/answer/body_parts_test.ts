import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { BodyParts, TAIL_BYTES } from "./body_parts.ts";

const MAX = 1 << 20;
const size = (parts: readonly Uint8Array[]) => parts.reduce((sum, part) => sum + part.byteLength, 0);

Deno.test("a small body is kept whole", () => {
  const copy = new BodyParts(3);
  assertEquals(copy.parts.length, 0);
  for (const byte of [1, 2, 3]) copy.add(Uint8Array.of(byte));
  assertEquals([copy.isLarge, copy.parts.map(([byte]) => byte)], [false, [1, 2, 3]]);
});

Deno.test("the part that makes a body large drops nothing", () => {
  const copy = new BodyParts(MAX);
  copy.add(new Uint8Array(MAX));
  assertEquals(copy.isLarge, false);
  copy.add(Uint8Array.of(1));
  assertEquals([copy.isLarge, size(copy.parts)], [true, MAX + 1]);
});

Deno.test("of a large body the end is kept, whatever the size of its parts", () => {
  for (const bytes of [7, 1000, TAIL_BYTES, 2 * MAX]) {
    const copy = new BodyParts<Uint8Array>(MAX);
    for (let at = 0; at < 2 * MAX; at += bytes) copy.add(new Uint8Array(bytes).fill(at / bytes));
    const kept = size(copy.parts);
    assert(kept >= TAIL_BYTES && kept <= TAIL_BYTES + 2 * bytes, `${kept} bytes of parts of ${bytes}`);
    assertEquals(copy.parts.at(-1)![0], Math.floor((2 * MAX - 1) / bytes) % 256);
  }
});

Deno.test("FAULT 65: a large body in small parts moves no array element more than twice", () => {
  const copy = new BodyParts<Uint8Array>(MAX);
  const part = new Uint8Array(8);
  const count = 8 * MAX / part.byteLength;
  const moved = elementsMoved(() => {
    for (let at = 0; at < count; at++) copy.add(part);
  });
  assert(moved <= 2 * count, `${moved} elements moved for ${count} parts`);
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

import { assertEquals } from "../../../../tests/support/assert.ts";
import { HEADER_BYTES, headerFault } from "./header.ts";
import { APPLICATION_ID, MIGRATIONS } from "../schema.ts";

const PAGES = 9;
const FILE_BYTES = PAGES * 4096;

/** Fields of the header by offset: the sound values, with `change` in their place. */
function header(change: Record<number, number> = {}): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(new TextEncoder().encode("SQLite format 3\0"));
  const view = new DataView(bytes.buffer);
  view.setUint16(16, 4096);
  bytes.set([2, 2, 0, 0x40, 0x20, 0x20], 18);
  const numbers = { 24: 7, 28: PAGES, 44: 4, 56: 1, 60: MIGRATIONS.length, 68: APPLICATION_ID, 92: 7, ...change };
  for (const [offset, value] of Object.entries(numbers)) view.setUint32(Number(offset), value);
  return bytes;
}

const FRESH = { 44: 0, 56: 0, 60: 0, 68: 0 };

const SOUND: [string, Uint8Array, number | null][] = [
  ["a ledger", header(), FILE_BYTES],
  ["a ledger with free pages", header({ 32: PAGES, 36: PAGES }), FILE_BYTES],
  ["a new file without tables", header(FRESH), FILE_BYTES],
  ["a file of another length with a journal", header(), null],
  ["a change counter that the journal will correct", header({ 92: 8 }), null],
];

for (const [name, bytes, fileBytes] of SOUND) {
  Deno.test(`the header of ${name} has no fault`, () => assertEquals(headerFault(bytes, fileBytes), null));
}

const DAMAGED = "its header is damaged";

const FAULTY: [string, Uint8Array, string][] = [
  ["that is one byte short", header().subarray(0, HEADER_BYTES - 1), "it ends after 99 bytes"],
  ["of another program", header({ 68: 1 }), "it is not a ledger of Quota Gauge"],
  ["without a schema format", header({ 44: 0 }), DAMAGED],
  ["without a text encoding", header({ 56: 0 }), DAMAGED],
  ["with another text encoding", header({ 56: 2 }), DAMAGED],
  ["with a first free page and no count of them", header({ 32: 3 }), DAMAGED],
  ["with a count of free pages and no first one", header({ 36: 3 }), DAMAGED],
  ["with a free page behind the end", header({ 32: PAGES + 1, 36: 1 }), DAMAGED],
  ["with more free pages than pages", header({ 32: 1, 36: PAGES + 1 }), DAMAGED],
  ["with two change counters", header({ 92: 8 }), DAMAGED],
  ["with one page too many", header({ 28: PAGES + 1 }), "it should have 40960 bytes and has 36864"],
  [
    "of a newer version",
    header({ 60: MIGRATIONS.length + 1 }),
    `its tables are of version ${
      MIGRATIONS.length + 1
    }, and this program knows ${MIGRATIONS.length}: install the newer program that wrote it`,
  ],
];

for (const [name, bytes, fault] of FAULTY) {
  Deno.test(`a header ${name} is refused`, () => assertEquals(headerFault(bytes, FILE_BYTES), fault));
}

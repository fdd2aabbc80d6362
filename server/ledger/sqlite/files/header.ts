/** The header of a SQLite file: its first 100 bytes, as https://www.sqlite.org/fileformat2.html describes them. */
import { APPLICATION_ID, MIGRATIONS } from "../schema.ts";

export const HEADER_BYTES = 100;

const MAGIC = "SQLite format 3\0";
const PAGE_BYTES = 4096;

/**
 * The fault of a ledger file's header, or `null`. SQLite does not check all of it: with a wrong page count or text
 * encoding it would read a damaged ledger as a smaller or empty one.
 *
 * @param header the file's first 100 bytes.
 * @param fileBytes the file's length, or `null` while its journal may contain more pages.
 */
export function headerFault(header: Uint8Array, fileBytes: number | null): string | null {
  if (header.length < HEADER_BYTES) return `it ends after ${header.length} bytes`;
  if (new TextDecoder().decode(header.subarray(0, 16)) !== MAGIC) return "it is not a SQLite file";
  const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES);
  if (view.getInt32(68) !== APPLICATION_ID && !isFresh(view)) return "it is not a ledger of Quota Gauge";
  return layoutFault(view) ?? newerFault(view.getUint32(60)) ?? sizeFault(view, fileBytes);
}

/** A crash may leave a file without tables. It is treated as a new file. */
function isFresh(view: DataView): boolean {
  return view.getUint32(68) === 0 && view.getUint32(60) === 0 && view.getUint32(44) === 0;
}

function layoutFault(view: DataView): string | null {
  const fresh = isFresh(view);
  const format = view.getUint8(18);
  const fits = view.getUint16(16) === PAGE_BYTES && format >= 1 && format <= 2 && view.getUint8(19) === format &&
    // Reserved bytes, payload fractions.
    view.getUint32(20) === 0x00402020 &&
    view.getUint32(44) === (fresh ? 0 : 4) && view.getUint32(56) <= 1 && (fresh || view.getUint32(56) === 1) &&
    // Cache size, auto-vacuum, incremental vacuum, and reserved bytes.
    [48, 52, 64, 72, 76, 80, 84, 88].every((offset) => view.getUint32(offset) === 0);
  return fits ? null : "its header is damaged";
}

/** The fault of tables that this program does not know yet, or `null`. */
export function newerFault(version: number): string | null {
  if (version <= MIGRATIONS.length) return null;
  return `its tables are of version ${version}, and this program knows ${MIGRATIONS.length}: install the newer program ` +
    "that wrote it";
}

function sizeFault(view: DataView, fileBytes: number | null): string | null {
  const pages = view.getUint32(28);
  const [firstFree, freePages] = [view.getUint32(32), view.getUint32(36)];
  if ((firstFree === 0) !== (freePages === 0) || firstFree > pages || freePages > pages) return "its header is damaged";
  if (fileBytes === null) return null;
  if (view.getUint32(24) !== view.getUint32(92)) return "its header is damaged";
  if (pages * PAGE_BYTES === fileBytes) return null;
  return `it should have ${pages * PAGE_BYTES} bytes and has ${fileBytes}`;
}

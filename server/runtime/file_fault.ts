/** Checks a path before a file is opened there: opening a FIFO can block for good, and a link can lead to another file. */

/**
 * Why there is no regular file at a path, after links, and the remedy; `null` where there is one, or nothing.
 *
 * @throws {Error} when it cannot be known, for example without permission for the folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(fileFault("."), "it is a folder, not a regular file: move it away");
 * assert.equal(fileFault("./no/such/file"), null);
 * ```
 */
export function fileFault(path: string): string | null {
  const entry = infoOf(() => Deno.lstatSync(path));
  if (entry === null) return null;
  const file = entry.isSymlink ? infoOf(() => Deno.statSync(path)) : entry;
  return file === null
    ? "it is a symbolic link to a file that does not exist: restore the file, or delete the link"
    : irregular(file);
}

/**
 * As {@link fileFault}, and for a file with several hard links: two processes can write it under two names, each with a
 * lock or journal of its own.
 */
export function ownFileFault(path: string): string | null {
  return fileFault(path) ?? manyNames(infoOf(() => Deno.statSync(path)));
}

/** As {@link ownFileFault}, and for a symbolic link: a write there must not reach another file. */
export function plainFileFault(path: string): string | null {
  return infoOf(() => Deno.lstatSync(path))?.isSymlink ? "it is a symbolic link: delete it" : ownFileFault(path);
}

function irregular(info: Deno.FileInfo): string | null {
  if (info.isFile) return null;
  const kind = info.isDirectory ? "folder" : info.isFifo ? "FIFO" : info.isSocket ? "socket" : "device";
  return `it is a ${kind}, not a regular file: move it away`;
}

function manyNames(info: Deno.FileInfo | null): string | null {
  const names = info?.nlink ?? 1;
  return names > 1 ? `it has ${names} names (hard links), so two processes could write it: delete the others` : null;
}

function infoOf(read: () => Deno.FileInfo): Deno.FileInfo | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

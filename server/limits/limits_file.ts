/** Where limits are stored: a file on disk, or memory. */
import { dirname } from "node:path";
import { fileFault } from "../runtime/file_fault.ts";

/** A store of the limits' JSON text. */
export interface LimitsStore {
  /** Identifies the present content, so that a change can be detected without reading it; `null` if there is none. */
  stamp(): Promise<string | null>;
  /** @throws {Error} when it cannot be read. */
  read(): Promise<string>;
  /** Replaces the whole text, or nothing. @throws {Error} when it cannot be written. */
  write(text: string): Promise<void>;
  /** The name of the store in error messages. */
  readonly name: string;
}

/** About 50,000 workspaces with limits of their own. */
const MAX_BYTES = 16 * 2 ** 20;

/**
 * A store in a file. It writes a second file and renames it, so that a reader never sees a part of the text. Where the
 * path is a link, the file behind it is replaced and the link stays.
 */
export function limitsFile(path: string): LimitsStore {
  return {
    name: path,
    async stamp() {
      const info = await infoOf(path);
      return info && `${info.mtime?.getTime()} ${info.size} ${info.ino}`;
    },
    read: () => readFile(path),
    async write(text) {
      const target = await infoOf(path) === null ? path : await Deno.realPath(path);
      const temporary = await writeBeside(target, text);
      try {
        await Deno.rename(temporary, target);
      } catch (error) {
        await Deno.remove(temporary);
        throw error;
      }
    },
  };
}

/** @throws {Error} for something other than a regular file; a link is followed. */
async function infoOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    const info = await Deno.stat(path);
    if (info.isFile) return info;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const fault = fileFault(path);
  if (fault !== null) throw new Error(fault);
  return null;
}

/** Opened without waiting: if the file is exchanged for a FIFO, an ordinary open would wait for its writer for good. */
async function readFile(path: string): Promise<string> {
  const { constants, promises } = await import("node:fs");
  const file = await promises.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error("it is not a regular file: move it away");
    if (stat.size > MAX_BYTES) throw new Error(`it has ${stat.size} bytes, and ${MAX_BYTES} are allowed`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Writes a new file in the target's folder, with the target's permissions. Its name is random and must be new, so that
 * nothing that exists is overwritten, not even behind a link. Where the service may write two names alone, the fixed one
 * is taken.
 */
async function writeBeside(target: string, text: string): Promise<string> {
  const names = [`${target}.${crypto.randomUUID()}.tmp`, `${target}.tmp`];
  const [name, file] = await createFirst(names);
  try {
    using open = file;
    const before = await infoOf(target);
    if (before?.mode) await Deno.chmod(name, before.mode & 0o7777);
    await writeAll(open, new TextEncoder().encode(text));
    await open.sync();
    return name;
  } catch (error) {
    await Deno.remove(name);
    throw error;
  }
}

/** Makes the folder only where it is missing: that needs a permission which the service may not have. */
async function create(path: string): Promise<Deno.FsFile> {
  const open = () => Deno.open(path, { write: true, createNew: true });
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(dirname(path), { recursive: true });
    return await open();
  }
}

/** One write may take a part only, for example on a disk that is almost full. */
async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function createFirst([name, ...others]: string[]): Promise<[string, Deno.FsFile]> {
  try {
    return [name, await create(name)];
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable && others.length > 0) return createFirst(others);
    if (error instanceof Deno.errors.AlreadyExists) throw new Error(`${name} is in the way: delete it`);
    throw error;
  }
}

/** A store in memory. */
export function limitsInMemory(text: string | null = null): LimitsStore & { text: string | null } {
  return {
    name: "the limits",
    text,
    stamp() {
      return Promise.resolve(this.text);
    },
    read() {
      return Promise.resolve(this.text ?? "");
    },
    write(text) {
      this.text = text;
      return Promise.resolve();
    },
  };
}

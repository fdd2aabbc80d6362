/** Where limits are stored: a file on disk, or memory. */

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

/** A store in a file. It writes a second file and renames it, so that a reader never sees a part of the text. */
export function limitsFile(path: string): LimitsStore {
  return {
    name: path,
    async stamp() {
      try {
        const { mtime, size, ino } = await Deno.stat(path);
        return `${mtime?.getTime()} ${size} ${ino}`;
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    read: () => Deno.readTextFile(path),
    async write(text) {
      const temporary = `${path}.tmp`;
      await Deno.writeTextFile(temporary, text);
      await Deno.rename(temporary, path);
    },
  };
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

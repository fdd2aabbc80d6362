/** The limits file on disk. */

/** Where limits are kept: a file, or in tests a text. */
export interface LimitsStore {
  /** What tells a change: differs after each; `null` where there is no file. */
  stamp(): Promise<string | null>;
  /** @throws {Error} when it cannot be read. */
  read(): Promise<string>;
  /** All or nothing. @throws {Error} when it cannot be written. */
  write(text: string): Promise<void>;
  /** How faults name it. */
  readonly name: string;
}

/** Limits in a file. Written beside it first, then put in its place, so that nobody ever reads half of one. */
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
      const beside = `${path}.tmp`;
      await Deno.writeTextFile(beside, text);
      await Deno.rename(beside, path);
    },
  };
}

/** Limits of this run alone. */
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

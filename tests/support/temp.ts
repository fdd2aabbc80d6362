/** A temporary folder for one test. */

/** Runs `use` with a new folder, and deletes the folder afterwards even when `use` fails. */
export async function withTempFolder<T>(use: (path: string) => T | Promise<T>): Promise<T> {
  const path = await Deno.makeTempDir({ prefix: "quota-gauge-" });
  try {
    return await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

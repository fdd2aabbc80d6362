/** A folder of a test's own, gone with it. */

/** Runs `use` with a new folder and deletes it afterwards, also when `use` fails. */
export async function withTempFolder<T>(use: (path: string) => T | Promise<T>): Promise<T> {
  const path = await Deno.makeTempDir({ prefix: "quota-gauge-" });
  try {
    return await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

import { assertEquals } from "../../../tests/support/assert.ts";
import { pagesAfter } from "./list.ts";

interface Page {
  data: number[];
  next_cursor: string | null;
}

/** Pages with these numbers of rows, each named by the cursor of the page before. */
async function sizes(lengths: readonly number[]): Promise<number[]> {
  const load = (cursor: string): Promise<Page> => {
    const at = Number(cursor);
    const data = Array.from({ length: lengths[at] }, (_, row) => row);
    return Promise.resolve({ data, next_cursor: at + 1 < lengths.length ? `${at + 1}` : null });
  };
  return (await Array.fromAsync(pagesAfter("0", load))).map(({ data }) => data.length);
}

Deno.test("one full page is loaded", async () => assertEquals(await sizes([200, 200]), [200]));

Deno.test("short and empty pages are followed by others, until there are as many rows as a page has", async () => {
  assertEquals(await sizes([0, 0, 150, 60, 200]), [0, 0, 150, 60]);
  assertEquals(await sizes([0, 3, 0]), [0, 3, 0]);
});

Deno.test("after the last page there is none", async () => {
  assertEquals(await Array.fromAsync(pagesAfter(null, () => Promise.reject(new Error("no page")))), []);
});

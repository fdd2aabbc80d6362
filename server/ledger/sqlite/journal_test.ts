import { assertEquals } from "../../../tests/support/assert.ts";
import { JournalWatch } from "./journal.ts";
import { JOURNAL_BYTES } from "./connect.ts";

/** A watch over a journal whose size the test sets; `see` is as many commits as it takes to look. */
function watch() {
  const folder = Deno.makeTempDirSync();
  const [path, link] = [`${folder}/quota.db`, `${folder}/link.db`];
  Deno.writeTextFileSync(path, "");
  Deno.symlinkSync(path, link);
  const told: number[] = [];
  const watch = new JournalWatch(link, (bytes) => told.push(bytes / JOURNAL_BYTES), 4 * JOURNAL_BYTES);
  const see = (size: number) => {
    Deno.writeTextFileSync(`${path}-wal`, "");
    Deno.truncateSync(`${path}-wal`, size * JOURNAL_BYTES);
    look();
  };
  const look = () => Array.from({ length: 64 }).forEach(() => watch.committed());
  return { path, told, see, look, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

Deno.test("a journal is told of past the alarm, when it has doubled, and anew once it was cleared", () => {
  using journal = watch();
  for (const size of [1, 4, 5, 6, 10, 11, 15, 1, 4, 5]) journal.see(size);
  assertEquals(journal.told, [5, 11, 5]);
});

Deno.test("a journal that is gone stops no commit", () => {
  using journal = watch();
  journal.look();
  assertEquals(journal.told, []);
});

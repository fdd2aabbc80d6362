import { assertEquals } from "../../../../tests/support/assert.ts";
import { JournalWatch } from "./journal.ts";
import { JOURNAL_BYTES } from "../connect.ts";

/** A watch over a journal whose size the test sets. `see` commits as often as it takes until the size is read. */
function watch() {
  const folder = Deno.makeTempDirSync();
  const [path, link] = [`${folder}/quota.db`, `${folder}/link.db`];
  Deno.writeTextFileSync(path, "");
  Deno.symlinkSync(path, link);
  const reported: number[] = [];
  const watch = new JournalWatch(link, (bytes) => reported.push(bytes / JOURNAL_BYTES), 4 * JOURNAL_BYTES);
  const see = (size: number) => {
    Deno.writeTextFileSync(`${path}-wal`, "");
    Deno.truncateSync(`${path}-wal`, size * JOURNAL_BYTES);
    check();
  };
  const check = () => Array.from({ length: 64 }).forEach(() => watch.committed());
  const committed = () => watch.committed();
  return {
    path,
    reported,
    see,
    check,
    committed,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

Deno.test("a journal is reported above the alarm, when it has doubled, and again after it was truncated", () => {
  using journal = watch();
  for (const size of [1, 4, 5, 6, 10, 11, 15, 1, 4, 5]) journal.see(size);
  assertEquals(journal.reported, [5, 11, 5]);
});

Deno.test("a missing journal fails no commit", () => {
  using journal = watch();
  journal.check();
  assertEquals(journal.reported, []);
});

Deno.test("the size is read at every 64th commit", () => {
  using journal = watch();
  Deno.writeTextFileSync(`${journal.path}-wal`, "");
  Deno.truncateSync(`${journal.path}-wal`, 5 * JOURNAL_BYTES);
  for (let commit = 1; commit < 64; commit++) journal.committed();
  assertEquals(journal.reported, []);
  journal.committed();
  assertEquals(journal.reported, [5]);
});

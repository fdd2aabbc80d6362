import { DatabaseSync } from "node:sqlite";
import { LedgerError } from "../../server/ledger/ledger.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { seeded, temporaryFolder } from "./ledger_support.ts";

const ROWS = 50;
const PAGE = 4096;

/** Header fields that do not describe the content: schema cookie, version of the library that wrote. */
const HARMLESS = new Set([40, 41, 42, 43, 96, 97, 98, 99]);

Deno.test("FAULT 5: a flipped byte anywhere in the header is refused, and the file is not changed", async () => {
  using folder = temporaryFolder();
  const sound = await soundFile(folder.path);
  for (let offset = 0; offset < 100; offset++) {
    if (HARMLESS.has(offset)) continue;
    const damaged = sound.slice();
    damaged[offset] ^= 0xff;
    await assertRefused(`${folder.path}/damaged.db`, damaged);
  }
});

Deno.test("FAULT 5: a flipped bit in the pages of the tables' text is refused or harmless, and loses no rows", async () => {
  using folder = temporaryFolder();
  const sound = await soundFile(folder.path);
  const places = schemaBytes(sound);
  const random = seeded(5);
  let refused = 0;
  for (let round = 0; round < 200; round++) {
    const damaged = sound.slice();
    damaged[places[Math.floor(random() * places.length)]] ^= 1 << Math.floor(random() * 8);
    if (await refuses(`${folder.path}/damaged.db`, damaged)) refused++;
  }
  // Some of these pages are free, and hold an earlier text.
  assert(refused > 50, `only ${refused} of 200 were refused`);
});

Deno.test("FAULT 5: a truncated, empty, missing or foreign file is refused", async () => {
  using folder = temporaryFolder();
  const sound = await soundFile(folder.path);
  const path = `${folder.path}/damaged.db`;
  await assertRefused(path, sound.subarray(0, sound.length - 4096));
  await assertRefused(path, sound.subarray(0, 50));
  await assertRefused(path, new TextEncoder().encode("not a ledger".repeat(1000)));
  await assertRefused(path, foreignFile(`${folder.path}/foreign.db`));
  Deno.writeFileSync(`${path}-wal`, new Uint8Array(5_000));
  await assertRefused(path, new Uint8Array(0));
  Deno.removeSync(path);
  const error = await assertRejects(() => openSqliteLedger(path), LedgerError, "gone");
  assertEquals(error.code, "corrupt");
});

/** The bytes of a ledger that was closed normally. */
async function soundFile(folder: string): Promise<Uint8Array> {
  const path = `${folder}/sound.db`;
  const ledger = await openSqliteLedger(path);
  const rows = Array.from({ length: ROWS }, (_, n) => attempt({ id: `attempt-${n}` }));
  await Promise.all(rows.map((row) => ledger.append({ kind: "attempt", row })));
  await ledger.close();
  return Deno.readFileSync(path);
}

/** The places of the bytes in use in the first page, and in the pages with the text of the tables. */
function schemaBytes(file: Uint8Array): number[] {
  const pages = Array.from({ length: file.length / PAGE }, (_, page) => file.subarray(page * PAGE, (page + 1) * PAGE));
  const holds = (page: Uint8Array) => new TextDecoder("latin1").decode(page).includes("CREATE TABLE");
  return pages.flatMap((page, number) => {
    const used = number === 0 || holds(page) ? [...page.keys()].filter((at) => page[at] !== 0) : [];
    return used.map((at) => number * PAGE + at);
  });
}

function foreignFile(path: string): Uint8Array {
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE recipes (name TEXT)");
  db.close();
  return Deno.readFileSync(path);
}

async function assertRefused(path: string, bytes: Uint8Array): Promise<void> {
  assert(await refuses(path, bytes), "a damaged file was opened");
}

/** Opens a file with these bytes. If it is refused, it must be unchanged; if not, it must have all rows. */
async function refuses(path: string, bytes: Uint8Array): Promise<boolean> {
  Deno.writeFileSync(path, bytes);
  try {
    assertEquals(await rowsOf(path), ROWS);
    return false;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    assertEquals(error.code, "corrupt", error.message);
    assertEquals(Deno.readFileSync(path), bytes);
    return true;
  }
}

async function rowsOf(path: string): Promise<number> {
  const ledger = await openSqliteLedger(path);
  try {
    return (await ledger.attempts("acme", 1_000)).length;
  } finally {
    await ledger.close();
  }
}

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "../support/assert.ts";
import { withTempFolder } from "../support/temp.ts";
import { proveHistory } from "./prove.ts";

Deno.test("history equals the rows of random attempts, in every group and three zones (npm run history: a million)", () =>
  withTempFolder(async (folder) => {
    const { compared, faults } = await proveHistory({ path: `${folder}/quota.db`, attempts: 3_000, seed: 7, say() {} });
    assertEquals(faults.slice(0, 5), []);
    assert(compared > 20_000, `only ${compared} sums were compared`);
  }));

for (
  const [what, sql] of [
    ["one token of one attempt", "UPDATE attempts SET input_tokens = input_tokens + 1 WHERE usage_source = 'counted'"],
    ["the app of one attempt", "UPDATE attempts SET app = 'nightly2' WHERE app = 'nightly'"],
  ]
) {
  Deno.test(`the proof of history notices a difference of ${what}`, () =>
    withTempFolder(async (folder) => {
      const spoil = (path: string) => {
        const db = new DatabaseSync(path);
        db.exec(`${sql} AND seq = (SELECT max(seq) FROM attempts WHERE ${sql.split("WHERE ")[1]})`);
        db.close();
      };
      const { faults } = await proveHistory({ path: `${folder}/quota.db`, attempts: 60, seed: 3, say() {}, spoil });
      assert(faults.length > 0);
    }));
}

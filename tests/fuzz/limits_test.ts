import fc from "fast-check";
import { limitsInMemory } from "../../server/limits/limits_file.ts";
import { LimitsKeeper } from "../../server/limits/limits_keeper.ts";
import { LimitsFile } from "../../shared/limits.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { damagedText } from "./bytes.ts";

/** `FUZZ_SEED=7 npm test -- tests/fuzz` tries other files. */
const seed = Number(Deno.env.get("FUZZ_SEED") ?? 1);

const GOOD = '{"default":{"tokens_per_day":5},"workspaces":{"acme":{"models":{"gpt-5.4":{"requests_per_minute":1}}}}}';

Deno.test(`limits files of seed ${seed}: a file is in force as a whole or its faults are told, and the next good one is in force`, async () => {
  const texts = fc.oneof(damagedText(fc.constant(GOOD)), fc.json(), fc.string({ unit: "binary" }));
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const store = limitsInMemory();
      let inForce: LimitsFile | null = null;
      const keeper = new LimitsKeeper({ store, log: () => {}, apply: (file) => inForce = file });
      await store.write(text);
      await keeper.refresh();
      if (keeper.faults.length === 0) assert(LimitsFile.safeParse(inForce).success, text);
      else assert(inForce === null && keeper.faults.every((fault) => fault.length < 2000), text);
      await store.write(GOOD);
      await keeper.refresh();
      assertEquals([keeper.faults, inForce], [[], JSON.parse(GOOD)]);
    }),
    { seed, numRuns: 500 },
  );
});

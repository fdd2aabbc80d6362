import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../../../tests/support/assert.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { usdNanos } from "../../../shared/money/money.ts";
import { StartFault } from "../../config/start_fault.ts";
import { checkLedger } from "../../ledger/sqlite/care.ts";
import { openSqliteLedger } from "../../ledger/sqlite/sqlite.ts";
import { limitsInMemory } from "../../limits/limits_file.ts";
import { UsageError } from "../usage_error.ts";
import { repriceOptions } from "./options.ts";
import { runReprice } from "./reprice.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const NAMES = { model: "gpt-4o-2024-08-06", requested_model: "gpt-4o", endpoint: "chat/completions" };
const usage = {
  input_tokens: 2006,
  cached_input_tokens: 1920,
  output_tokens: 300,
  reasoning_tokens: 0,
  total_tokens: 2306,
};
const at = (day: string) => Date.parse(`${day}T10:00:00Z`);

/** What each attempt has before, and the cost and the reason that it has afterwards. */
const CASES: [what: string, row: Partial<Parameters<typeof attempt>[0]>, after: [string | null, string | null]][] = [
  ["a row of an older version", { ...NAMES, usage }, ["5615000", null]],
  ["a cost of older prices", { ...NAMES, usage, cost_usd_nanos: usdNanos(10_415_000n) }, ["5615000", null]],
  ["the tier that was returned", { ...NAMES, usage, service_tier: "flex" }, ["2807500", null]],
  ["an unknown tier", { ...NAMES, usage, service_tier: "hyper" }, [null, "unknown_tier"]],
  ["the day of the call, before", {
    ...NAMES,
    model: "gpt-5.6-terra",
    usage: thousands(),
    started_at_ms: at("2026-07-29"),
  }, [
    "17500000",
    null,
  ]],
  ["the day of the call, after", {
    ...NAMES,
    model: "gpt-5.6-terra",
    usage: thousands(),
    started_at_ms: at("2026-07-30"),
  }, [
    "14000000",
    null,
  ]],
  ["a model of the team", { ...NAMES, model: "llama-9", usage: thousands() }, ["500000", null]],
  ["an unknown model", { ...NAMES, model: "gpt-tomorrow", usage }, [null, "unknown_model"]],
  ["a price that was only believed", { ...NAMES, model: "gpt-tomorrow", usage, cost_usd_nanos: usdNanos(7n) }, [
    null,
    "unknown_model",
  ]],
  ["a refused call", { ...NAMES, outcome: "failed", usage_source: "none" }, ["0", null]],
  ["an answer without usage", { ...NAMES, usage_source: "unknown" }, [null, "unknown_usage"]],
];

function thousands() {
  return { input_tokens: 1000, cached_input_tokens: 0, output_tokens: 1000, reasoning_tokens: 0, total_tokens: 2000 };
}

const OWN = JSON.stringify({ prices: [{ model: "llama-*", per_million: { input: "0.10", output: "0.40" } }] });

/** A ledger with the cases, closed, and a function that runs the command for it. */
function withLedger(
  use: (run: (...args: string[]) => Promise<{ code: number; text: string }>, path: string) => Promise<void>,
) {
  return withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const ledger = await openSqliteLedger(path);
    for (const [n, [, row]] of CASES.entries()) {
      await ledger.append({
        kind: "attempt",
        row: attempt({ id: `case-${n}-`, started_at_ms: at("2026-10-05"), ...row }),
      });
    }
    await ledger.close();
    await use((...args) => runOn(path, args), path);
  });
}

async function runOn(ledger: string, args: string[], limits = OWN) {
  const lines: string[] = [];
  const code = await runReprice(args, {
    ledger,
    limits: limitsInMemory(limits),
    actor: "me",
    now: () => NOW,
    pause: () => Promise.resolve(),
    print: (text) => void lines.push(text),
    progress: () => {},
  });
  return { code, text: lines.join("\n") };
}

function costs(path: string) {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare("SELECT CAST(cost_usd_nanos AS TEXT) AS cost, unpriced FROM attempts ORDER BY seq").all()
    .map(({ cost, unpriced }) => [cost, unpriced]);
}

Deno.test("attempts are priced as at their end, with the prices of now; without --apply nothing is written", () =>
  withLedger(async (run, path) => {
    const before = costs(path);
    const preview = await run("--from", "2026-07-01");
    assertEquals([preview.code, costs(path)], [0, before]);
    assertStringIncludes(preview.text, "11 attempts: 11 would change.");
    assertStringIncludes(preview.text, "Newly priced: 6 attempts.\nNo longer priced: 1 attempt.\n");
    assertStringIncludes(preview.text, "Without a price: unknown_model 2, unknown_tier 1, unknown_usage 1.");
    assertStringIncludes(preview.text, "Nothing was written: add --apply");
    assert(/^acme +gpt-5.6-terra +2 +2 +0.000000000 +0.031500000 +0.031500000$/m.test(preview.text), preview.text);
    const applied = await run("--from", "2026-07-01", "--apply");
    assertEquals(applied.code, 0);
    for (const [n, [what, , after]] of CASES.entries()) assertEquals(costs(path)[n], after, what);
    assertEquals(checkLedger(path).faults, []);
    assertStringIncludes((await run("--from", "2026-07-01", "--apply")).text, "11 attempts: 0 changed.");
  }));

Deno.test("a span and a workspace may be named", () =>
  withLedger(async (run) => {
    const counted = async (...args: string[]) => /\d+ attempts?/.exec((await run(...args)).text)?.[0];
    assertEquals(await counted("--from", "2026-07-30"), "10 attempts");
    assertEquals(await counted("--from", "2026-07-29", "--to", "2026-07-30"), "1 attempt");
    assertEquals(await counted("--from", "2026-07-29T12:00:00+02:00", "--to", "2026-07-29T10:00:00.001Z"), "1 attempt");
    assertEquals(await counted("--from", "2026-07-01", "--workspace", "beta"), "0 attempts");
  }));

Deno.test("a limits file with faults stops the command", () =>
  withLedger(async (_run, path) => {
    const error = await assertRejects(() => runOn(path, ["--from", "2026-07-01"], '{"prices":[{}]}'), StartFault);
    assertStringIncludes(error.message, "prices[0].model is missing");
  }));

const WRONG = [
  [],
  ["--from"],
  ["--from", "soon"],
  ["--from", "2026-02-31"],
  ["--from", "2026-11-01T08:00:00"],
  ["--from", "2026-11-28"],
  ["--from", "2026-11-02", "--to", "2026-11-02"],
  ["--from", "2026-11-02", "--workspace", ""],
  ["--from", "2026-11-02", "--dry-run"],
  ["--from", "2026-11-02", "acme"],
];

for (const args of WRONG) {
  Deno.test(`arguments that cannot be read are refused: ${args.join(" ")}`, () => {
    assertThrows(() => repriceOptions(args, NOW), UsageError);
  });
}

import fc from "fast-check";
import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assertEquals } from "../../../../tests/support/assert.ts";
import type { LedgerEntry } from "../../ledger.ts";
import { usdNanos } from "../../../../shared/money/money.ts";
import { VALUES } from "../../attempt_values.ts";
import { packEntries, unpackEntries } from "./packed.ts";

const reset = (id: string): LedgerEntry => ({
  kind: "reset",
  row: { id, workspace_id: "acme", scope: "day", at_ms: 1 },
});

/** Any text without NUL, which packing replaces. Lone surrogates are kept. */
const text = fc.string({ unit: "binary" }).filter((drawn) => !drawn.includes("\0"));
const words = fc.record({
  ...{ id: text, call_id: text, workspace_id: text, endpoint: text },
  ...{ model: fc.option(text), app: fc.option(text), error_code: fc.option(text), service_tier: fc.option(text) },
});
const numbers = fc.record({
  ...{ retry: fc.nat(), started_at_ms: fc.maxSafeInteger(), latency_ms: fc.nat(), stream: fc.boolean() },
  ...{ first_byte_ms: fc.option(fc.nat()), http_status: fc.option(fc.nat()) },
});

function unpacked(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return unpackEntries(packEntries(entries)).entries;
}

const attempts = fc.tuple(words, numbers).map(([strings, counts]): LedgerEntry => ({
  kind: "attempt",
  row: attempt({ ...strings, ...counts }),
}));

Deno.test("unpacking returns the packed entries in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 20, arbitrary: attempts }, text.map(reset)), { size: "+1" }), (entries) => {
      assertEquals(unpacked(entries), entries);
    }),
  );
});

Deno.test("values that all attempts of a run have are packed once, and others in order", () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7].map((retry) => attempt({ retry, cost_usd_nanos: usdNanos(75n) }));
  const { entries, runs: [run] } = unpackEntries(packEntries(rows.map((row) => ({ kind: "attempt", row }))));
  assertEquals(entries.map(({ row }) => row), rows);
  const columnOf = (name: string) => run.columns[VALUES.findIndex((value) => value.name === name)];
  assertEquals([columnOf("cost_usd_nanos"), columnOf("retry"), columnOf("app")], [
    "75",
    [0, 1, 2, 3, 4, 5, 6, 7],
    null,
  ]);
});

Deno.test("every field keeps its own value", () => {
  const row = attempt({
    ...{ app: "bot", error_code: "timeout", service_tier: "flex", retry: 1, first_byte_ms: 2, latency_ms: 3 },
    usage: { input_tokens: 11, cached_input_tokens: 12, output_tokens: 13, reasoning_tokens: 14, total_tokens: 15 },
  });
  assertEquals(unpacked([{ kind: "attempt", row }]), [{ kind: "attempt", row }]);
});

Deno.test("NUL is replaced, because SQLite ends a text there", () => {
  const [attemptEntry, resetEntry] = unpacked([
    { kind: "attempt", row: attempt({ id: "a\0b", app: "\0" }) },
    reset("c\0d"),
  ]);
  assertEquals(attemptEntry.row.id, "a\ufffdb");
  assertEquals(resetEntry.row.id, "c\ufffdd");
});

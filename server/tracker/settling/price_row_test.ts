import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { usdNanos } from "../../../shared/money/money.ts";
import { noTokens } from "../../../shared/tokens.ts";
import type { PricedCall, Pricing } from "../../core/pricing.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { priceRow } from "./price_row.ts";

/** Prices every token at one nano-dollar, and knows one model. */
function fakePricing(): Pricing & { calls: PricedCall[] } {
  const calls: PricedCall[] = [];
  return {
    calls,
    costOf(call) {
      calls.push(call);
      if (call.model !== "gpt-5.4-mini") return { unpriced: "unknown_model" };
      return { cost_usd_nanos: usdNanos(BigInt(call.usage.total_tokens)) };
    },
    worstCase: () => null,
    about: { library: "none", overlay_date: "2026-11-27", age_days: 0 },
  };
}

function priced(change: Partial<AttemptRow>): [bigint | null | undefined, string | null | undefined] {
  const row = attempt(change);
  priceRow(row, fakePricing());
  return [row.cost_usd_nanos, row.unpriced];
}

const NONE = { usage: noTokens(), usage_source: "none" } as const;
const UNKNOWN = { usage: noTokens(), usage_source: "unknown" } as const;

Deno.test("counted and estimated usage is priced, however the attempt ended", () => {
  assertEquals(priced({}), [120n, null]);
  assertEquals(priced({ usage_source: "estimated" }), [120n, null]);
  assertEquals(priced({ outcome: "aborted" }), [120n, null]);
  assertEquals(priced({ outcome: "failed" }), [120n, null]);
  assertEquals(priced({ takes_request: false }), [120n, null]);
});

Deno.test("an attempt that used no model or was refused costs nothing", () => {
  assertEquals(priced({ ...NONE, takes_request: false }), [0n, null]);
  assertEquals(priced({ ...UNKNOWN, takes_request: false }), [0n, null]);
  assertEquals(priced({ ...NONE, outcome: "failed" }), [0n, null]);
});

Deno.test("unknown usage, and a success without usage, has an unknown cost and never $0", () => {
  assertEquals(priced(UNKNOWN), [null, "unknown_usage"]);
  assertEquals(priced({ ...UNKNOWN, outcome: "failed" }), [null, "unknown_usage"]);
  assertEquals(priced(NONE), [null, "unknown_usage"]);
  assertEquals(priced({ model: "tomorrow" }), [null, "unknown_model"]);
});

Deno.test("a call is priced by the model that answered, the returned tier, its parts and its start", () => {
  const pricing = fakePricing();
  priceRow(
    attempt({
      ...NONE,
      requested_model: "tts",
      service_tier: "flex",
      usage_parts: { characters: 9 },
      started_at_ms: 7,
    }),
    pricing,
  );
  assertEquals(pricing.calls, [{
    workspace_id: "acme",
    model: "gpt-5.4-mini",
    requested_model: "tts",
    endpoint: "/v1/chat/completions",
    tier: "flex",
    usage: noTokens(),
    usage_parts: { characters: 9 },
    at_ms: 7,
  }]);
});

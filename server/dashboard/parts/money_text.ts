/** Money in words: single costs exactly, spend rounded. */
import type { WorkspaceList } from "../../../shared/api.ts";
import { moneyText, nanosOf } from "../../../shared/ui/meters/money_text.ts";
import { currentLocale, say, sayCount } from "../../../shared/words/say.ts";

type Spend = NonNullable<WorkspaceList["data"][number]["spend"]>;

const EXACT = {
  style: "currency",
  currency: "USD",
  currencyDisplay: "narrowSymbol",
  minimumFractionDigits: 2,
  maximumFractionDigits: 9,
} as const;

/** Every digit of an amount on the wire. `Intl` reads the string without rounding it. */
export function exactUsd(usd: string): string {
  return new Intl.NumberFormat(currentLocale().tag, EXACT).format(usd as `${number}`);
}

/** What several workspaces spent today together; `null` where none of them knows it. */
export function spendOf(entries: readonly { spend?: Spend }[]): { nanos: bigint; unpriced: number } | null {
  const known = entries.flatMap(({ spend }) => spend ? [spend] : []);
  if (known.length === 0) return null;
  return {
    nanos: known.reduce((sum, { day_usd }) => sum + nanosOf(day_usd), 0n),
    unpriced: known.reduce((sum, { unpriced_calls }) => sum + unpriced_calls, 0),
  };
}

/** `$12.41 today`, or `at least $12.40 today, 3 calls not priced`. */
export function spendText({ day_usd, unpriced_calls }: Spend): string {
  const amount = amountText(nanosOf(day_usd), unpriced_calls);
  if (unpriced_calls === 0) return say("{amount} today", { amount });
  return say("at least {amount} today, {calls}", { amount, calls: unpricedText(unpriced_calls) });
}

/** The tile of {@link spendOf}. A part of the spend is never called the whole. */
export function spendTile(spend: { nanos: bigint; unpriced: number } | null) {
  if (spend === null) return { label: say("Spend today"), value: null };
  const { nanos, unpriced } = spend;
  const value = amountText(nanos, unpriced);
  return unpriced === 0
    ? { label: say("Spend today"), value }
    : { label: say("Spend today, at least"), value, detail: unpricedText(unpriced) };
}

/** Rounded down where more may have been spent, else up as everywhere. */
function amountText(nanos: bigint, unpriced: number): string {
  return moneyText(nanos, unpriced > 0 ? "floor" : "ceil", nanos);
}

function unpricedText(count: number): string {
  return sayCount(count, "{count} call not priced", "{count} calls not priced");
}

/** `reprice`: prices the attempts of the ledger again, and shows or writes what changes. */
import type { Pricing } from "../../core/pricing.ts";
import { type CostChange, isChange } from "../../ledger/sqlite/reprice/cost_change.ts";
import { previewRepricing, reprice } from "../../ledger/sqlite/reprice/reprice.ts";
import { parseLimits } from "../../limits/limits_check.ts";
import type { LimitsStore } from "../../limits/limits_file.ts";
import { StartFault } from "../../config/start_fault.ts";
import { PriceBook } from "../../prices/price_book.ts";
import { priceRow } from "../../tracker/settling/price_row.ts";
import { iso, repriceOptions } from "./options.ts";
import { RepriceSummary } from "./summary.ts";
import { summaryText } from "./summary_text.ts";

/** The parts that the command uses. */
interface RepriceContext {
  /** The path of the ledger. */
  ledger: string;
  /** The limits file, which has the team's own prices. */
  limits: Pick<LimitsStore, "name" | "stamp" | "read">;
  /** Who runs it. */
  actor: string;
  now(): number;
  pause(ms: number): Promise<void>;
  print(text: string): void;
  /** Shows how far a long run is. */
  progress(text: string): void;
}

/** Attempts between two signs of progress: a second or, where all of them change, some more. */
const PROGRESS_ATTEMPTS = 100_000;

/** Runs the command. @returns the exit code. */
export async function runReprice(args: string[], context: RepriceContext): Promise<number> {
  const { ledger, print } = context;
  const options = repriceOptions(args, context.now());
  const book = await bookOf(context);
  const summary = new RepriceSummary();
  const repricing = {
    ...options,
    price: (row: Parameters<typeof priceRow>[0]) => priceRow(row, book),
    visit: (change: CostChange) => {
      summary.add(change, isChange(change));
      const { attempts } = summary.total;
      if (attempts % PROGRESS_ATTEMPTS === 0) context.progress(`${attempts}, up to ${iso(change.row.started_at_ms)}`);
    },
  };
  print(`${pricesText(book.about, context)}\nAttempts from ${iso(options.from_ms)} to ${iso(options.to_ms)}.`);
  if (!options.apply) {
    previewRepricing(ledger, repricing);
    const hint = summary.total.changed > 0 ? "\n\nNothing was written: add --apply to change the ledger." : "";
    return print(summaryText(summary, false) + hint), 0;
  }
  const { library, overlay_date } = book.about;
  const note = { at_ms: context.now(), actor: context.actor, prices: `${library}, ${overlay_date}` };
  await reprice(ledger, repricing, { note, pause: context.pause });
  return print(summaryText(summary, true)), 0;
}

/**
 * The prices of now.
 *
 * @throws {StartFault} when the limits file cannot be used.
 */
async function bookOf({ limits, now }: RepriceContext): Promise<PriceBook> {
  const book = new PriceBook({ now });
  if (await limits.stamp() === null) return book;
  const file = parseLimits(await limits.read());
  if ("faults" in file) {
    throw new StartFault(`Cannot use the prices in ${limits.name}: it has faults.\n  - ${file.faults.join("\n  - ")}`);
  }
  book.setOwn(file);
  return book;
}

function pricesText({ library, overlay_date }: Pricing["about"], { limits }: RepriceContext): string {
  return `Prices of ${library}, our additions of ${overlay_date}, and the team's own in ${limits.name}.`;
}

/** The price book, which loads after the start, and the team's own prices, which are known before. */
import type { LimitsFile } from "../shared/limits.ts";
import type { Clock } from "./core/clock.ts";
import type { PricingSource } from "./core/pricing.ts";
import type { PriceBook } from "./prices/price_book.ts";
import { Lazy } from "./runtime/lazy_import.ts";

type Module = Pick<typeof import("./prices/price_book.ts"), "PriceBook">;

/** The prices of the service. Calls before {@link load} has ended, or after it failed, have no cost. */
export class LazyPrices implements PricingSource {
  readonly #book: Lazy<PriceBook>;
  #file: LimitsFile = {};

  /** @param failed is called with the error of each failed load; the next use tries again. */
  constructor(clock: Pick<Clock, "now">, load: () => Promise<Module>, failed: (error: unknown) => void) {
    this.#book = new Lazy(async () => {
      const { PriceBook } = await load();
      const book = new PriceBook({ now: () => clock.now() });
      book.setOwn(this.#file);
      return book;
    }, failed);
  }

  get value(): PriceBook | undefined {
    return this.#book.value;
  }

  load(): Promise<PriceBook> {
    return this.#book.load();
  }

  /** Puts the team's own prices in force, for calls that end from now on. */
  setOwn(file: LimitsFile): void {
    this.#file = file;
    this.#book.value?.setOwn(file);
  }
}

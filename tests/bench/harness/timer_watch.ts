/** Counts the timers that fire in the extension, so that none ticks for nobody. */
import type { Page, Worker } from "playwright";

/** A page or a worker. */
interface Evaluates {
  evaluate(fn: () => number): Promise<number>;
}

interface Counted {
  timersFired: number;
}

/** Runs in the page or worker itself, so it may use nothing from outside. */
function countTimers(): void {
  const scope = globalThis as unknown as
    & Counted
    & Record<"setTimeout" | "setInterval", (...args: unknown[]) => unknown>;
  scope.timersFired = 0;
  for (const name of ["setTimeout", "setInterval"] as const) {
    const arm = scope[name].bind(globalThis);
    scope[name] = (then: unknown, ...rest: unknown[]) =>
      arm((...args: unknown[]) => {
        scope.timersFired++;
        (then as (...args: unknown[]) => void)(...args);
      }, ...rest);
  }
}

/** Begins to count in the background; those that are armed already are not seen. */
export async function watchTimers(background: Worker): Promise<void> {
  await background.evaluate(countTimers);
}

/** Begins to count in a page, from its next navigation on. */
export async function watchTimersOf(page: Page): Promise<void> {
  await page.addInitScript(countTimers);
}

/** How many fire while the bench waits. */
export async function firedWithin(scope: Evaluates, ms: number): Promise<number> {
  const count = () => (globalThis as unknown as Counted).timersFired;
  const before = await scope.evaluate(count);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return await scope.evaluate(count) - before;
}

/** Makes a page believe that nobody sees it: a test cannot cover a headless browser's tab. */
export async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

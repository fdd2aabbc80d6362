/** Counts the timers that fire in the extension: a hidden page needs none. */
import type { Page, Worker } from "playwright";

/** A page or a worker. */
interface Evaluates {
  evaluate(fn: () => number): Promise<number>;
}

interface Counted {
  timersFired: number;
}

/** Runs in the page or worker, so it must not use anything from outside its body. */
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

/** Starts counting in the background, without timers that are already set. */
export async function watchTimers(background: Worker): Promise<void> {
  await background.evaluate(countTimers);
}

/** Starts counting in a page with its next navigation. */
export async function watchTimersOf(page: Page): Promise<void> {
  await page.addInitScript(countTimers);
}

/** How many timers fire within `ms`. */
export async function firedWithin(scope: Evaluates, ms: number): Promise<number> {
  const count = () => (globalThis as unknown as Counted).timersFired;
  const before = await scope.evaluate(count);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return await scope.evaluate(count) - before;
}

/** Makes a page report itself as hidden: a headless browser cannot cover a tab. */
export async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

/** Records when the extension's background changes the toolbar, with the clock that the bench uses. */
import type { Worker } from "playwright";

/** One change that the browser has applied. */
export interface Painting {
  /** Epoch milliseconds. */
  at: number;
  title: string;
}

interface Watched {
  chrome: { action: { setTitle(details: { title: string }): Promise<void> } };
  paintings: Painting[];
}

/** Starts recording. The title changes whenever the badge may change. */
export async function watchBadge(background: Worker): Promise<void> {
  await background.evaluate(() => {
    const scope = globalThis as unknown as Watched;
    scope.paintings = [];
    const { action } = scope.chrome;
    const paint = action.setTitle.bind(action);
    action.setTitle = async (details) => {
      await paint(details);
      scope.paintings.push({ at: performance.timeOrigin + performance.now(), title: details.title });
    };
  });
}

/** Everything recorded so far. */
export function paintings(background: Worker): Promise<Painting[]> {
  return background.evaluate(() => (globalThis as unknown as Watched).paintings);
}

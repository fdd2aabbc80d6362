/** Enough for what a page says of itself. */
const MAX_TEXT = 1500;

type Evaluate = (fn: () => string) => Promise<string>;

/** The error of a wait in a page that did not end: what it waited for, and what the page showed instead. */
export async function describeWait(evaluate: Evaluate, fn: unknown, timeoutMs: number): Promise<string> {
  const shown = await evaluate(readPage).catch((error) => `The page does not answer: ${error}`);
  return `Nothing true within ${timeoutMs} ms from ${fn}\nThe page shows: ${shown.slice(0, MAX_TEXT)}`;
}

/** Runs in the page. */
function readPage(): string {
  const fields = [...document.querySelectorAll("input")].map(({ id, value }) => `${id}=${value}`);
  const focused = document.activeElement;
  return `${location.href}\n${document.body?.innerText}\n${fields}\nfocus: ${focused?.tagName} ${focused?.id}`;
}

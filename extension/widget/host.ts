/** The widget's foothold in a page that did not ask for it: a closed shadow root under the document's own element. */

/** A page that removes the widget more often than this in a minute does not want it, and it stays away. */
const MAX_RETURNS = 10;
const RETURNS_WITHIN_MS = 60_000;

/** What a page's own scripts cannot do in the widget: only a person clicks. */
const PERSONS_EVENTS = ["click", "keydown"];

/** A place to draw in, and what takes it out of the page for good. */
interface Host {
  root: ShadowRoot;
  remove(): void;
}

/**
 * Mounts an empty host. It comes back when the page removes it, as pages that render anew in place do.
 *
 * @param css the whole style sheet, applied in a way that strict CSP and Trusted Types allow.
 */
export function mountHost(css: string): Host {
  const element = document.createElement("quota-gauge");
  const root = element.attachShadow({ mode: "closed" });
  dress(root, css);
  for (const type of PERSONS_EVENTS) {
    root.addEventListener(type, (event) => event.isTrusted || event.stopImmediatePropagation(), { capture: true });
  }
  // Firefox ends an updated extension's scripts without a word: what they drew is left for its successor to clear.
  for (const orphan of document.querySelectorAll("html>quota-gauge")) orphan.remove();
  document.documentElement.append(element);
  const watcher = new MutationObserver(comeBack(element, () => watcher.disconnect()));
  watcher.observe(document.documentElement, { childList: true });
  return {
    root,
    remove() {
      watcher.disconnect();
      element.remove();
    },
  };
}

/** A constructed sheet is no inline style. Firefox keeps those of a content script out: there an element does it. */
function dress(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = css;
    root.append(style);
  }
}

function comeBack(element: Element, giveUp: () => void): () => void {
  let returns: number[] = [];
  return () => {
    if (element.parentNode === document.documentElement) return;
    const now = Date.now();
    returns = [...returns.filter((at) => now - at < RETURNS_WITHIN_MS), now];
    if (returns.length > MAX_RETURNS) return giveUp();
    document.documentElement.append(element);
  };
}

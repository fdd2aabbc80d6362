/** The widget's host element: a closed shadow root, appended to the document element. */

/** If a page removes the widget more often than this in a minute, it stays removed. */
const MAX_RETURNS = 10;
const RETURNS_WITHIN_MS = 60_000;

/** Events that the widget accepts only from the user, not from the page's scripts. */
const TRUSTED_EVENTS = ["click", "keydown"];

interface Host {
  root: ShadowRoot;
  remove(): void;
}

/**
 * Mounts an empty host. It is appended again when the page removes it, as some pages do when they render.
 *
 * @param css the whole style sheet, applied in a way that strict CSP and Trusted Types allow.
 */
export function mountHost(css: string): Host {
  const element = document.createElement("quota-gauge");
  const root = element.attachShadow({ mode: "closed" });
  addStyles(root, css);
  for (const type of TRUSTED_EVENTS) {
    root.addEventListener(type, (event) => event.isTrusted || event.stopImmediatePropagation(), { capture: true });
  }
  // Firefox ends the scripts of an updated extension without an event: their elements are removed here.
  for (const orphan of document.querySelectorAll("html>quota-gauge")) orphan.remove();
  document.documentElement.append(element);
  const observer = new MutationObserver(appendAgain(element, () => observer.disconnect()));
  observer.observe(document.documentElement, { childList: true });
  return {
    root,
    remove() {
      observer.disconnect();
      element.remove();
    },
  };
}

/** CSP does not apply to a constructed sheet. Firefox refuses one from a content script: there it is a `style` element. */
function addStyles(root: ShadowRoot, css: string): void {
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

function appendAgain(element: Element, giveUp: () => void): () => void {
  let returns: number[] = [];
  return () => {
    if (element.parentNode === document.documentElement) return;
    const now = Date.now();
    returns = [...returns.filter((at) => now - at < RETURNS_WITHIN_MS), now];
    if (returns.length > MAX_RETURNS) return giveUp();
    document.documentElement.append(element);
  };
}

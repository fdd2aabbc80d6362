/** The widget's host element with its closed shadow root. */

/** Events that the widget accepts only from the user, not from the page's scripts. */
const TRUSTED_EVENTS = ["click", "keydown", "pointerdown", "change"];

/** Marks the widget's element. The page can read the mark and set it on other elements, but gets no root by it. */
const MARK = "data-quota-gauge";

/**
 * Makes an empty host, which the caller puts into the page.
 *
 * It is a `div` and not an element with a name of its own: a page could define a custom element of that name, and an
 * element of a page's class gets even a closed root by its `ElementInternals`.
 *
 * @param css the whole style sheet, applied in a way that strict CSP and Trusted Types allow.
 */
export function createHost(css: string): ShadowRoot {
  // Firefox ends the scripts of an updated extension without an event, and Chromium only after a while.
  for (const orphan of document.querySelectorAll(`[${MARK}]`)) {
    orphan.removeAttribute(MARK);
    orphan.remove();
  }
  const element = document.createElement("div");
  element.setAttribute(MARK, "");
  const root = element.attachShadow({ mode: "closed" });
  addStyles(root, css);
  for (const type of TRUSTED_EVENTS) {
    root.addEventListener(type, (event) => event.isTrusted || event.stopImmediatePropagation(), { capture: true });
  }
  return root;
}

/** Whether a newer widget has taken the place of this one: it must not come back, as it does when the page removes it. */
export function isReplaced(host: Element): boolean {
  return !host.isConnected && !host.hasAttribute(MARK);
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

/** Folds the panel when the reader turns to the page: a click outside the widget, or Escape anywhere. */

/**
 * Calls `fold` once. The page gets the click or key as well.
 *
 * @returns ends the listening.
 */
export function foldOnLeave(host: Element, fold: () => void): () => void {
  const end = new AbortController();
  const options = { signal: end.signal, capture: true, passive: true };
  const leave = () => (end.abort(), fold());
  document.addEventListener("pointerdown", ({ isTrusted, target }) => isTrusted && target !== host && leave(), options);
  document.addEventListener("keydown", ({ isTrusted, key, target }) => {
    if (isTrusted && key === "Escape" && target !== host) leave();
  }, options);
  return () => end.abort();
}

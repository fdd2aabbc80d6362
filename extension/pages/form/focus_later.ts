/** What {@link focusLater} needs of a page. */
export interface FocusPage {
  readonly activeElement: unknown;
  readonly body: unknown;
  getElementById(id: string): { focus(): void } | null;
}

/**
 * Moves the focus to an element that the next frame draws. A person who has moved the focus in the meantime keeps it: a
 * slow browser would otherwise take the field away in which they are typing.
 *
 * @param afterFrame calls back once the next frame is drawn.
 */
export function focusLater(id: string, page: FocusPage, afterFrame: (then: () => void) => void): void {
  const before = page.activeElement;
  afterFrame(() => {
    const now = page.activeElement;
    // The body has the focus when the element that had it is gone.
    if (now === before || now === page.body) page.getElementById(id)?.focus();
  });
}

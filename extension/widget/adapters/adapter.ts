/** How the widget finds its place in one chat application. */

export interface Adapter {
  /** The application's name. */
  name: string;
  /** Matches host and path where the application has a known address; left out where teams run their own. */
  address?: RegExp;
  /** Selectors of the message field, the most specific first. The adapter applies to a page that has one of them. */
  field: readonly string[];
  /**
   * Selectors of the element next to which the widget sits, the best first: the field's closest ancestor that matches,
   * else the first match in the page.
   */
  anchor: readonly string[];
  /** Side of the anchor. `beforebegin` is a row of its own above it, `afterbegin` the first row inside it. */
  side: "beforebegin" | "afterbegin";
  /** Selectors of the buttons that must stay uncovered: the one that sends, the one that jumps to the newest message. */
  buttons: string;
}

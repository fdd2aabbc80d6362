/** Shows the badge in the toolbar. */
import { browser } from "wxt/browser";
import type { Tone } from "../../shared/ui/status/tone.ts";
import { type Badge, badge, nextChangeIn } from "./badge.ts";
import type { View } from "../../shared/view.ts";

/** Keeps the toolbar in step with the view. */
export class BadgePainter {
  #last: Partial<Badge> = {};
  #tone: Tone | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Shows no number while the status is normal. */
  blankWhenNormal = false;

  /** Paints what changed, and again when the text of a countdown changes. Without a countdown no timer runs. */
  readonly show = (view: View): void => {
    const now = Date.now();
    const next = badge(view, now);
    this.#paint(this.blankWhenNormal && next.tone === "ok" ? { ...next, text: "" } : next);
    clearTimeout(this.#timer);
    const wait = nextChangeIn(view, now);
    if (wait !== null) this.#timer = setTimeout(() => this.show(view), wait);
  };

  #paint(next: Badge): void {
    const { action } = browser;
    const last = this.#last;
    if (next.text !== last.text) void action.setBadgeText({ text: next.text });
    if (next.color !== last.color) {
      void action.setBadgeBackgroundColor({ color: next.color });
      void action.setBadgeTextColor({ color: next.text_color });
    }
    if (next.title !== last.title) void action.setTitle({ title: next.title });
    if (next.tone !== this.#tone) this.#paintIcon(next.tone);
    this.#last = next;
  }

  #paintIcon(tone: Tone): void {
    this.#tone = tone;
    const path = { 16: `icon/${tone}-16.png`, 32: `icon/${tone}-32.png` };
    void browser.action.setIcon({ path });
  }
}

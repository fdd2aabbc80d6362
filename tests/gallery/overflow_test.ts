/**
 * Every surface fits its width in every language: a phone's, and a window's at 200 % zoom. A text may be cut only where its
 * whole is told elsewhere: names, which end in an ellipsis.
 */
import type { Page } from "playwright";
import { assertEquals } from "../support/assert.ts";
import { type Language, LANGUAGES } from "../../shared/words/languages.ts";
import { Gallery, OPTIONS_STATES, type Surface } from "./gallery.ts";
import { SET_UP_STATES } from "./onboarding.tsx";

/** 640 px are a window of 1280 px at 200 %. */
const WIDTHS = [320, 640];

/** The states with the longest texts: all numbers large, and each of the long sentences. */
const STATES: [surface: Surface, states: string[]][] = [
  ["options", ["live_normal", "large"]],
  ["onboarding", ["connect_faults", "allow_denied", "test_failed", "pin_firefox", "chat_typed", "ready"]],
  ["popup", ["large", "warning", "rate_limited", "offline", "key_refused", "outdated", "many_models", "workspaces"]],
  ["widget", ["large", "quota_exceeded", "offline"]],
];

/** All states of the two pages, for English. */
const ALL_STATES: typeof STATES = [["options", OPTIONS_STATES], ["onboarding", SET_UP_STATES]];

Deno.test("every surface fits 320 px and 200 % zoom", async (test) => {
  const gallery = await Gallery.open();
  try {
    for (const language of LANGUAGES) {
      const states = language === "en" ? [...STATES, ...ALL_STATES] : STATES;
      await test.step(`in ${language}`, async () => assertEquals(await faultsIn(language, states, gallery), []));
    }
  } finally {
    await gallery.close();
  }
});

async function faultsIn(language: Language, shown: typeof STATES, gallery: Gallery): Promise<string[]> {
  const faults: string[] = [];
  for (const [surface, states] of shown) {
    for (const state of states) {
      const page = await gallery.show({ surface, state, scheme: "light", width: 320, language, open: true });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 700 });
        faults.push(...(await cutTexts(page)).map((text) => `${surface} ${state} at ${width} px: ${text}`));
      }
      await page.close();
    }
  }
  return faults;
}

/** The texts that are wider than the place for them, and how far the page scrolls sideways. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector("[data-quota-gauge]")?.shadowRoot ?? document;
    const found: string[] = [];
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over > 0) found.push(`${over} px too wide`);
    for (const element of root.querySelectorAll<HTMLElement>("*")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      const { textOverflow, display } = getComputedStyle(element);
      if (!hasText || textOverflow === "ellipsis" || display === "none" || element.closest(".spoken")) continue;
      const { left, right, width } = element.getBoundingClientRect();
      if (width > 0 && (left < -0.5 || right > innerWidth + 0.5 || element.scrollWidth > Math.ceil(width) + 1)) {
        found.push(element.textContent!.slice(0, 60));
      }
    }
    return found;
  });
}

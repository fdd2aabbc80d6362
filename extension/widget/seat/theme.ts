/** Measures whether a page is light or dark where the widget sits: a reader may have chosen the other theme than the system's. */

/** A background that lets more through than this does not decide. */
const MIN_ALPHA = 0.5;

/** Of white and black text, white is the more readable one on backgrounds below this relative luminance. */
const DARK_BELOW = 0.18;

/** The theme of the first background behind an element that is not transparent. */
export function themeBehind(element: Element | null): "light" | "dark" {
  for (let each = element; each; each = each.parentElement ?? hostOf(each)) {
    const color = parseColor(getComputedStyle(each).backgroundColor);
    if (color && color.alpha >= MIN_ALPHA) return luminance(color.rgb) < DARK_BELOW ? "dark" : "light";
  }
  return canvasTheme();
}

/** The host of the page's own shadow tree. */
function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/** A page without a background shows the browser's, whose theme it may choose by `color-scheme`. */
function canvasTheme(): "light" | "dark" {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  if (!scheme.includes("dark")) return "light";
  return scheme.includes("light") && !matchMedia("(prefers-color-scheme: dark)").matches ? "light" : "dark";
}

interface Color {
  /** Each 0 to 1. */
  rgb: number[];
  alpha: number;
}

/**
 * Reads a computed colour: `rgb(…)`, or `color(srgb …)` and `oklch(…)` as newer pages write it. Of other notations only the
 * lightness counts, which is their first number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseColor } from "./theme.ts";
 *
 * assert.deepEqual(parseColor("rgb(255, 0, 51)"), { rgb: [1, 0, 0.2], alpha: 1 });
 * assert.deepEqual(parseColor("rgba(0, 0, 0, 0)"), { rgb: [0, 0, 0], alpha: 0 });
 * ```
 */
export function parseColor(text: string): Color | null {
  const values = text.replace(/^color\(\S+/, "color(");
  const numbers = values.match(/-?[\d.]+(e-?\d+)?%?/g)?.map((each) =>
    parseFloat(each) / (each.endsWith("%") ? 100 : 1)
  );
  if (!numbers || numbers.length < 3) return null;
  const [first, second, third, alpha = 1] = numbers;
  if (text.startsWith("rgb")) return { rgb: [first / 255, second / 255, third / 255], alpha };
  if (text.startsWith("color(")) return { rgb: [first, second, third], alpha };
  const lightness = /^(lab|lch)/.test(text) ? first / 100 : first;
  return { rgb: [lightness, lightness, lightness], alpha };
}

function luminance([red, green, blue]: number[]): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

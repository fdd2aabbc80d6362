/** Reads the controls of a surface from its page, those of the widget's shadow root included. */
import type { Page } from "playwright";
import type { Surface } from "./gallery.ts";

/** The states that together show every control of a surface. */
export const STATES: Record<Surface, string[]> = {
  popup: ["unconfigured", "connecting", "warning", "quota_exceeded", "offline", "refused", "large"],
  widget: ["unconfigured", "connecting", "warning", "quota_exceeded", "offline", "refused", "large"],
  options: ["live_normal"],
  onboarding: ["connect_faults", "allow", "pin", "chat_typed", "ready"],
};

/** A control, and how it looks while it has the focus. */
export interface Control {
  /** Its role or tag, and its name. */
  name: string;
  /** The area that reacts to a click, in CSS pixels: a field's with its label. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Its vertical middle. A control that is scrolled out of its container counts as the container's last line. */
  line: number;
  /** Whether the Tab key stops there: in a group of radio buttons only at the chosen one. */
  isTabStop: boolean;
}

export interface Focused extends Control {
  ring: { style: string; width: number; color: string; surface: string };
}

/** In a page: runs before its scripts. */
export interface ControlReader {
  visible(): Control[];
  focused(): Focused | null;
}

declare const controls: ControlReader;

/** Lets {@link visibleControls} and {@link focusedControl} work in a page. */
export async function readControls(page: Page): Promise<void> {
  await page.evaluate(`globalThis.controls ??= (${controlReader})()`);
  // The widget's panel finds its place in one of the next frames.
  await page.waitForFunction(() => {
    const last = globalThis as { lastControls?: string; sameFrames?: number };
    const now = JSON.stringify(controls.visible());
    last.sameFrames = now === last.lastControls ? (last.sameFrames ?? 0) + 1 : 0;
    last.lastControls = now;
    return last.sameFrames >= 5;
  });
}

export function visibleControls(page: Page): Promise<Control[]> {
  return page.evaluate(() => controls.visible());
}

/** Null where nothing of ours has the focus. */
export function focusedControl(page: Page): Promise<Focused | null> {
  return page.evaluate(() => controls.focused());
}

/** Runs in the page, so it may use nothing from this module. */
function controlReader(): ControlReader {
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";

  /** The roots of ours: the widget's, or the page's own. */
  const roots = (): ParentNode[] => {
    const hosts = Array.from(document.querySelectorAll("quota-gauge, [data-quota-gauge]"));
    const shadows = hosts.map(({ shadowRoot }) => shadowRoot).filter((root) => root !== null);
    return shadows.length > 0 ? shadows : [document.body];
  };
  const nameOf = (element: Element) => {
    const text = element.getAttribute("aria-label") ?? (element as HTMLInputElement).labels?.[0]?.textContent ??
      element.textContent;
    return `${element.tagName.toLowerCase()} "${text?.trim().replace(/\s+/g, " ")}"`;
  };
  const describe = (element: Element): Control => {
    const boxes = [element, ...(element as HTMLInputElement).labels ?? []].map((part) => part.getBoundingClientRect());
    const [x, y] = [Math.min(...boxes.map(({ left }) => left)), Math.min(...boxes.map(({ top }) => top))];
    const width = Math.max(...boxes.map(({ right }) => right)) - x;
    const height = Math.max(...boxes.map(({ bottom }) => bottom)) - y;
    const isTabStop = !element.matches("input[type=radio]:not(:checked)");
    const line = Math.min(y + height / 2, lastLineOf(element));
    return { name: nameOf(element), x, y, width, height, line, isTabStop };
  };
  const lastLineOf = (element: Element): number => {
    let last = Infinity;
    for (let around = parentOf(element); around && around !== document.body; around = parentOf(around)) {
      const scrolls = /auto|scroll/.test(getComputedStyle(around).overflowY);
      if (scrolls) last = Math.min(last, around.getBoundingClientRect().bottom);
    }
    return last;
  };
  /** The colour behind an element's outline: that of the nearest element around it with one. */
  const surfaceOf = (element: Element): string => {
    for (let around = parentOf(element); around; around = parentOf(around)) {
      const { backgroundColor } = getComputedStyle(around);
      if (!/^rgba\(.+, 0\)$/.test(backgroundColor)) return backgroundColor;
    }
    // The body's background is also that of the root element, in which the widget is.
    return getComputedStyle(document.body).backgroundColor;
  };
  const parentOf = (element: Element): Element | null =>
    element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
  return {
    visible: () =>
      roots().flatMap((root) => Array.from(root.querySelectorAll(CONTROLS)))
        .filter((element) =>
          element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0
        )
        .map(describe),
    focused() {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (!element || !roots().some((root) => root.contains(element)) || element === document.body) return null;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      const ring = {
        style: outlineStyle,
        width: parseFloat(outlineWidth),
        color: outlineColor,
        surface: surfaceOf(element),
      };
      return { ...describe(element), ring };
    },
  };
}

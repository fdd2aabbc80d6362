/** The colours and letters of a drawing, as the page's style sheet gives them now. */
import { TONES } from "./chart_data.ts";

export interface PlotLook {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  /** By the tone of a series. */
  tones: string[];
  /** By the place of a line, so that it is told without colour. */
  dashes: number[][];
  font: string;
  /** Whether time runs from right to left. */
  rtl: boolean;
  /** The width of the widest text, in CSS pixels. */
  textWidth(texts: readonly string[]): number;
}

const DASHES = [[], [8, 4], [2, 3]];

/**
 * Reads the look from an element of the class `chart`. A canvas knows no custom properties: the probes inside it have the
 * resolved colours.
 */
export function readLook(element: HTMLElement): PlotLook {
  const style = getComputedStyle(element);
  const font = `12px ${style.fontFamily}`;
  return {
    ink: style.color,
    muted: colourOf(element, "muted"),
    line: colourOf(element, "line"),
    surface: colourOf(element, "surface"),
    tones: Array.from({ length: TONES + 1 }, (_, tone) => colourOf(element, `tone-${tone}`)),
    dashes: DASHES,
    font,
    rtl: style.direction === "rtl",
    textWidth: (texts) => widest(texts, font),
  };
}

function colourOf(element: HTMLElement, name: string): string {
  const probe = element.querySelector(`[data-probe="${name}"]`);
  return probe ? getComputedStyle(probe).backgroundColor : "";
}

function widest(texts: readonly string[], font: string): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return 0;
  context.font = font;
  return Math.ceil(Math.max(0, ...texts.map((text) => context.measureText(text).width)));
}

/** Calls back when colours, direction or language may have changed. Returns the end of it. */
export function watchLook(onChange: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", onChange);
  const page = new MutationObserver(onChange);
  page.observe(document.documentElement, { attributeFilter: ["data-theme", "dir", "lang"] });
  return () => {
    for (const query of queries) query.removeEventListener("change", onChange);
    page.disconnect();
  };
}

/** Contrast of two colours, by WCAG. */

type Channels = [red: number, green: number, blue: number, alpha: number];

/**
 * The contrast ratio of a colour and the opaque colour behind it, as a browser computes them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contrast } from "./colours.ts";
 *
 * assert.equal(contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)"), 21);
 * assert.equal(contrast("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), 1);
 * ```
 */
export function contrast(colour: string, behind: string): number {
  const [back, front] = [channelsOf(behind), channelsOf(colour)];
  const seen = front.map((channel, at) => back[at] + (channel - back[at]) * front[3]) as Channels;
  const [light, dark] = [luminance(seen), luminance(back)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function channelsOf(colour: string): Channels {
  const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(colour);
  if (!found) throw new Error(`Cannot read the colour "${colour}"`);
  const [red, green, blue, alpha = 1] = found.slice(1).filter((text) => text !== undefined).map(Number);
  return [red, green, blue, alpha];
}

function luminance(colour: Channels): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

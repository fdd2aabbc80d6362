import { assertEquals } from "../../../tests/support/assert.ts";
import { parseColor } from "./theme.ts";

const COLORS: [text: string, rgb: number[], alpha: number][] = [
  ["rgb(0, 0, 0)", [0, 0, 0], 1],
  ["rgba(255, 255, 255, 0.25)", [1, 1, 1], 0.25],
  ["rgb(51 51 51 / 50%)", [0.2, 0.2, 0.2], 0.5],
  ["color(srgb 0.1 0.2 0.3)", [0.1, 0.2, 0.3], 1],
  ["color(display-p3 1 0 0 / 0)", [1, 0, 0], 0],
  ["oklch(0.21 0.006 285.88)", [0.21, 0.21, 0.21], 1],
  ["lab(95 0 0)", [0.95, 0.95, 0.95], 1],
];

for (const [text, rgb, alpha] of COLORS) {
  Deno.test(`the colour ${text}`, () => {
    const color = parseColor(text)!;
    assertEquals([color.rgb.map((part) => Math.round(part * 1000) / 1000), color.alpha], [rgb, alpha]);
  });
}

Deno.test("a word is no colour that can be measured", () => assertEquals(parseColor("transparent"), null));

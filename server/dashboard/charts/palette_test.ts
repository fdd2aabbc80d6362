/** The hues of charts: computed from the style sheet for both schemes. */
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { TONES } from "./chart_data.ts";

type Triple = [number, number, number];

const SURFACES = { light: "#ffffff", dark: "#1c1e22" };
const MIN_CONTRAST = 3;
/** Distance in OKLab below which two hues are taken for each other. About 0.02 is just visible side by side. */
const MIN_DISTANCE = 0.1;

/** How linear light is seen with full sight and with each colour blindness (Machado et al. 2009, severity 1). */
const SIGHTS: Record<string, Triple[]> = {
  full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const css = await Deno.readTextFile(new URL("charts.css", import.meta.url));
const pairs = [...css.matchAll(/--series-[1-8]: light-dark\((#\w{6}), (#\w{6})\)/g)];

Deno.test("there is a hue for each tone", () => assertEquals(pairs.length, TONES));

for (const [at, [scheme, surface]] of Object.entries(SURFACES).entries()) {
  const hues = pairs.map((pair) => pair[at + 1]);

  Deno.test(`${scheme}: each hue is seen on the surface`, () => {
    for (const hue of hues) assert(contrast(hue, surface) >= MIN_CONTRAST, `${hue}: ${contrast(hue, surface)}`);
  });

  for (const [sight, matrix] of Object.entries(SIGHTS)) {
    Deno.test(`${scheme}, ${sight}: no two hues look alike`, () => {
      const seen = hues.map((hue) => oklab(seenAs(linear(hue), matrix)));
      for (const [a, first] of seen.entries()) {
        for (const [b, second] of seen.entries()) {
          const distance = Math.hypot(...first.map((value, axis) => value - second[axis]));
          assert(a === b || distance >= MIN_DISTANCE, `${hues[a]} and ${hues[b]}: ${distance}`);
        }
      }
    });
  }
}

function linear(hex: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function contrast(a: string, b: string): number {
  const luminances = [a, b].map((hex) => dot([0.2126, 0.7152, 0.0722], linear(hex)) + 0.05);
  return Math.max(...luminances) / Math.min(...luminances);
}

function seenAs(light: Triple, matrix: Triple[]): Triple {
  return matrix.map((row) => Math.min(1, Math.max(0, dot(row, light)))) as Triple;
}

function oklab(light: Triple): Triple {
  const toCones: Triple[] = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ];
  const cones = toCones.map((row) => Math.cbrt(dot(row, light))) as Triple;
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/**
 * Draws the icons as PNG into `extension/public/icon`: the plain gauge in four sizes, and one with a mark for each tone
 * in the toolbar's two. Run after changing the drawing: `deno run -A extension/assets/icon.mjs`.
 */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";

const FOLDER = fileURLToPath(new URL("../public/icon/", import.meta.url));

/** Marks differ in shape as well as colour. They are in the upper corner, because the badge's text covers the lower one. */
const MARKS = {
  ok: `<circle cx="24" cy="8" r="6.5" fill="#1A73E8" stroke="#fff" stroke-width="1.5"/>`,
  warning: `<path d="M24 .5 31.5 14.5h-15z" fill="#F9AB00" stroke="#fff" stroke-width="1.5" stroke-linejoin="round"/>`,
  critical:
    `<path d="M21 1h6l4.2 4.2v5.6L27 15h-6l-4.2-4.2V5.2z" fill="#A50E0E" stroke="#fff" stroke-width="1.5" stroke-linejoin="round"/>`,
  unsure: `<circle cx="24" cy="8" r="5" fill="#1F2937" stroke="#9CA3AF" stroke-width="3"/>`,
};

/** A gauge two thirds full on a dark tile, on a grid of 32. */
function svg(mark = "") {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="100%" height="100%">
    <rect width="32" height="32" rx="7" fill="#1F2937"/>
    <g fill="none" stroke-width="4" stroke-linecap="round">
      <path d="M7.9 25.1A11 11 0 1 1 24.1 25.1" stroke="#4B5563"/>
      <path d="M7.9 25.1A11 11 0 1 1 23.1 9.2" stroke="#8AB4F8"/>
    </g>
    <path d="M16 18 21 11.5" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>
    <circle cx="16" cy="18" r="2.6" fill="#fff"/>${mark}</svg>`;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
const page = await browser.newPage();

async function draw(name, size, drawing) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<body style="margin:0;height:${size}px">${drawing}`);
  await writeFile(`${FOLDER}${name}.png`, await page.screenshot({ omitBackground: true }));
}

for (const size of [16, 32, 48, 128]) await draw(size, size, svg());
for (const [tone, mark] of Object.entries(MARKS)) {
  for (const size of [16, 32]) await draw(`${tone}-${size}`, size, svg(mark));
}
await browser.close();

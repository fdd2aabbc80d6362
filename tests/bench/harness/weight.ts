/** What the built extension weighs, gzipped: what a person downloads and a page loads. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** One entry point and what it may weigh. */
export interface Weight {
  name: "background" | "widget" | "popup";
  bytes: number;
  most: number;
}

const KB = 1000;

/** @param build the unpacked build, as a folder's URL with a trailing slash. */
export function weights(build: URL): Weight[] {
  return [
    { name: "background", bytes: gzipped(build, ["background.js"]), most: 15 * KB },
    // Its style sheet is packed into it.
    { name: "widget", bytes: gzipped(build, ["widget.js"]), most: 14 * KB },
    { name: "popup", bytes: gzipped(build, scriptsOf(build, "popup.html")), most: 16 * KB },
  ];
}

/** The script of a page, and every chunk that it loads with it. */
function scriptsOf(build: URL, page: string): string[] {
  const html = readFileSync(new URL(page, build), "utf8");
  return [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, path]) => path);
}

function gzipped(build: URL, paths: string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(new URL(path, build)), { level: 9 }).length, 0);
}

/** The gzipped size of the built extension's scripts (PERFORMANCE P10). */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** An entry point with its size and its budget. */
interface Weight {
  name: "background" | "widget" | "panel" | "popup";
  bytes: number;
  most: number;
  /** The measured scripts, as paths in the build. */
  scripts: string[];
}

const KB = 1000;

/** @param build the unpacked build, as a folder's URL with a trailing slash. */
export function weights(build: URL): Weight[] {
  return [
    weigh(build, "background", 20, ["background.js"]),
    // The style sheet is packed into the script.
    weigh(build, "widget", 18, ["widget.js"]),
    // Loaded by a page in which the panel is opened.
    weigh(build, "panel", 18, ["panel.js"]),
    weigh(build, "popup", 22, scriptsOf(build, "popup.html")),
  ];
}

function weigh(build: URL, name: Weight["name"], kilobytes: number, scripts: string[]): Weight {
  return { name, bytes: gzipped(build, scripts), most: kilobytes * KB, scripts };
}

/** The script of a page and every chunk that it loads. */
function scriptsOf(build: URL, page: string): string[] {
  const html = readFileSync(new URL(page, build), "utf8");
  return [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, path]) => path);
}

function gzipped(build: URL, paths: string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(new URL(path, build)), { level: 9 }).length, 0);
}

/** `ARCHITECTURE.md` stays short, and its table of rooms is the one in `house.ts`. */
import { assert, assertEquals } from "../support/assert.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { OUTSIDE, type Room, ROOMS } from "./house.ts";

const page = await Deno.readTextFile(`${ROOT}/ARCHITECTURE.md`);
const rows = tableAfter(page, "room");
const MAX_WORDS = 900;

Deno.test("ARCHITECTURE.md has one row for each room, with the same words and imports", () => {
  const [product, outside] = [rows.slice(0, ROOMS.length), rows.slice(ROOMS.length)];
  assertEquals(product, ROOMS.map(expectedRow));
  assertEquals(outside.map(([path]) => path), OUTSIDE.map((path) => `\`${path}\``));
});

Deno.test(`ARCHITECTURE.md has at most ${MAX_WORDS} words`, () => {
  const words = page.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  assert(words <= MAX_WORDS, `${words} words`);
});

function expectedRow({ name, what, paths, rooms }: Room): string[] {
  const path = name === "server" ? "server/*.ts" : paths.join(", ");
  return [`\`${path}\``, what, rooms.join(", ")];
}

/** The cells of the rows in the table whose first heading is given. */
function tableAfter(text: string, heading: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `)) + 2;
  const end = lines.findIndex((line, at) => at >= start && !line.startsWith("|"));
  return lines.slice(start, end).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

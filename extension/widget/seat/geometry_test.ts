import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { type Box, cornerTowards, nearestCorner, overlap, placePill } from "./geometry.ts";
import { placePanel } from "./panel_place.ts";

const VIEW = { width: 1000, height: 600 };
const PILL = { width: 100, height: 30 };
const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });

Deno.test("a pill slides along the side of the window past everything in its way", () => {
  const clear = [box(0, 550, 1000, 600), box(900, 480, 950, 520)];
  assertEquals(placePill(PILL, "bottom-right", VIEW, clear), { left: 884, top: 442 });
  assertEquals(placePill(PILL, "top-left", VIEW, clear), { left: 16, top: 16 });
});

Deno.test("a corner without room yields to another, and a full window has none", () => {
  assertEquals(placePill(PILL, "bottom-right", VIEW, [box(850, 0, 1000, 600)]), { left: 16, top: 554 });
  assertEquals(placePill(PILL, "bottom-right", VIEW, [box(0, 0, 1000, 600)]), null);
});

Deno.test("a panel opens above the pill, ends where it ends, and keeps clear of a button", () => {
  const pill = box(850, 500, 950, 530);
  const size = { width: 300, height: 250 };
  const composer = box(0, 540, 1000, 600);
  assertEquals(placePanel(pill, size, VIEW, [pill, composer]), { left: 650, top: 242, height: 250 });
  const jump = box(700, 440, 740, 480);
  const place = placePanel(pill, size, VIEW, [pill, composer, jump])!;
  const panel = box(place.left, place.top, place.left + 300, place.top + place.height);
  assert([pill, composer, jump].every((each) => !overlap(each, panel)));
});

Deno.test("a panel with less room is lower, and without room there is none", () => {
  const pill = box(850, 230, 950, 260);
  const size = { width: 300, height: 400 };
  assertEquals(placePanel(pill, size, VIEW, [pill, box(0, 270, 1000, 600)]), { left: 650, top: 8, height: 214 });
  assertEquals(placePanel(box(850, 60, 950, 90), size, VIEW, [box(0, 60, 1000, 600)]), null);
});

Deno.test("a corner is the nearest to a point, or the next one in the direction of a key", () => {
  assertEquals([nearestCorner(10, 10, VIEW), nearestCorner(900, 400, VIEW)], ["top-left", "bottom-right"]);
  assertEquals(cornerTowards("bottom-right", "ArrowUp"), "top-right");
  assertEquals(cornerTowards("bottom-right", "ArrowRight"), "bottom-right");
});

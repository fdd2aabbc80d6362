import { assertEquals } from "../../tests/support/assert.ts";
import { menuEntries } from "./describe_menu.ts";

Deno.test("the menu hides the widget for an hour, until the reader's midnight, or always", () => {
  const now = new Date(2026, 10, 21, 18, 30).getTime();
  assertEquals(menuEntries({ dot: false }, now).map(({ change }) => change), [
    { dot: true },
    { hidden_until: new Date(2026, 10, 21, 19, 30).getTime() },
    { hidden_until: new Date(2026, 10, 22).getTime() },
    { hidden_until: "always" },
  ]);
});

Deno.test("a dot is offered its numbers", () => {
  assertEquals(menuEntries({ dot: true }, 0)[0], { label: "Show the numbers", change: { dot: false } });
});

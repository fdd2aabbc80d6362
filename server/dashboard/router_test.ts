import { assertEquals } from "../../tests/support/assert.ts";
import { readRoute, searchOf } from "./router.ts";

Deno.test("an address gives back the view that it was made of", () => {
  for (
    const search of [
      "",
      "?place=keys",
      "?place=limits&workspace=acme",
      "?workspace=acme&range=24h&sort=-calls&kind=read&kind=admin",
    ]
  ) {
    assertEquals(searchOf(readRoute(search)), search);
  }
});

Deno.test("an unknown place is the first one, and hostile values stay text", () => {
  assertEquals(readRoute("?place=__proto__").place, "overview");
  const { filters } = readRoute("?name=%3Cimg+src%3Dx%3E&constructor=1");
  assertEquals([filters.name, filters.constructor as unknown], [["<img src=x>"], ["1"]]);
});

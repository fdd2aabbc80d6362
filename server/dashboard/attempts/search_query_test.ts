import { assertEquals } from "../../../tests/support/assert.ts";
import { readRoute } from "../router.ts";
import { searchQuery } from "./search_query.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const ofSearch = (search: string) => {
  const given = Object.entries(searchQuery(readRoute(search), NOW)).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
};

Deno.test("without filters, the last 24 hours of all workspaces are searched", () => {
  for (const search of ["?place=attempts", "?range=toString", "?sort=model&other=1"]) {
    assertEquals(ofSearch(search), { from: "2026-11-20T10:00:00.000Z" });
  }
});

Deno.test("a time span between two instants has an end", () => {
  const { from, to } = ofSearch("?range=2026-11-01T00:00Z..2026-11-02T12:30Z");
  assertEquals([from, to], ["2026-11-01T00:00:00.000Z", "2026-11-02T12:30:00.000Z"]);
});

Deno.test("workspace, time span and filters of the address are searched for", () => {
  assertEquals(ofSearch("?workspace=acme&range=1h&outcome=failed&model=%3Cb%3E&call_id=c1"), {
    workspace_id: "acme",
    from: "2026-11-21T09:00:00.000Z",
    outcome: "failed",
    model: "<b>",
    call_id: "c1",
  });
});

import { assertEquals } from "../../../tests/support/assert.ts";
import { readRoute } from "../router.ts";
import { groupingOf, historyQuery } from "./history_query.ts";

const NOW = Date.parse("2026-11-21T10:20:30.000Z");
const ofSearch = (search: string) => historyQuery(readRoute(search), "acme", NOW, "Europe/Berlin");

Deno.test("the last 24 hours are shown by hour of the reader's zone, and grouped by model", () => {
  assertEquals(ofSearch("?place=workspace"), {
    workspace_id: "acme",
    from: "2026-11-20T11:00:00.000Z",
    to: null,
    step: "hour",
    zone: "Europe/Berlin",
    by: "model",
    top: "7",
  });
});

Deno.test("days are those of the service, whose limits they have", () => {
  const { step, zone } = ofSearch("?range=30d");
  assertEquals([step, zone], ["day", null]);
});

Deno.test("filters of the address are asked for, each with all of its values", () => {
  const { model, outcome, sort } = ofSearch("?model=gpt-5.4&model=%3Cb%3E&outcome=refused&sort=calls");
  assertEquals([model, outcome, sort], [["gpt-5.4", "<b>"], ["refused"], undefined]);
});

Deno.test("a grouping that does not exist is the usual one", () => {
  const groupings = ["", "?by=app", "?by=none", "?by=workspace", "?by=constructor"];
  assertEquals(groupings.map((search) => groupingOf(readRoute(search))), ["model", "app", null, "model", "model"]);
});

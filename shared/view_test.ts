import { assertEquals } from "../tests/support/assert.ts";
import { statusBody } from "../tests/support/statuses.ts";
import { type Connection, EMPTY_VIEW, isCurrent, STALE_AFTER_MS, staleIn, type View, withStaleness } from "./view.ts";

const NOW = 1_000_000_000;

function view(connection: Connection, age: number | null): View {
  return { ...EMPTY_VIEW, connection, confirmed_at: age === null ? null : NOW - age };
}

const AGES: [age: number | null, fresh: boolean][] = [
  [0, true],
  [STALE_AFTER_MS - 1, true],
  [STALE_AFTER_MS, false],
  [-1_000, true],
  [-1_001, false],
  [null, false],
];

for (const [age, fresh] of AGES) {
  Deno.test(`a view confirmed ${age} ms ago is ${fresh ? "fresh" : "stale"}`, () => {
    assertEquals(withStaleness(view("live", age), NOW).connection, fresh ? "live" : "stale");
    assertEquals(withStaleness(view("polling", age), NOW).connection, fresh ? "polling" : "stale");
  });
}

Deno.test("only a current view becomes stale", () => {
  const others: Connection[] = [
    "unconfigured",
    "connecting",
    "stale",
    "offline",
    "not_permitted",
    "key_refused",
    "outdated",
    "refused",
  ];
  for (const connection of others) {
    assertEquals(withStaleness(view(connection, null), NOW).connection, connection);
    assertEquals(staleIn(view(connection, 0), NOW), null);
  }
});

Deno.test("a current view says in how long it becomes stale", () => {
  assertEquals(staleIn(view("live", 5_000), NOW), STALE_AFTER_MS - 5_000);
  assertEquals(staleIn(view("polling", 0), NOW), STALE_AFTER_MS);
  assertEquals(staleIn(view("live", STALE_AFTER_MS), NOW), null);
});

Deno.test("numbers with a status of a newer service are never current", () => {
  const of = (status: string) => ({ ...view("live", 0), status: statusBody({ status: status as "normal" }) });
  assertEquals(["normal", "degraded", "paused", ""].map((status) => isCurrent(of(status))), [true, true, false, false]);
});

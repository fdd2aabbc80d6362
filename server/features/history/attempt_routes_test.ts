import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import type { FoundPage } from "../../ledger/history/search.ts";
import { attemptExport, attemptPage } from "./attempt_routes.ts";

const NOON = Date.parse("2026-11-21T12:00:00.000Z");
const FOUND = { seq: 7, row: attempt({ id: "found", started_at_ms: NOON }) };

type Args = Parameters<typeof attemptPage>;

/** A ledger whose first two pages of a search end before anything is found. */
const PAGES: Record<string, FoundPage> = {
  first: { attempts: [], resume: { started_at_ms: NOON + 2, seq: 0 } },
  [`${NOON + 2}-0`]: { attempts: [], resume: { started_at_ms: NOON + 1, seq: 0 } },
  [`${NOON + 1}-0`]: { attempts: [FOUND], resume: null },
};

function asked(query: Record<string, string> = {}): Args {
  const request = {
    query: (name: string) => query[name],
    queries: () => [],
    caller: { key: null },
  };
  const search: Args[1]["ledger"]["history"]["search"] = ({ before }) =>
    Promise.resolve(PAGES[before ? `${before.started_at_ms}-${before.seq}` : "first"]);
  const deps = {
    ledger: { history: { search } },
    clock: { now: () => NOON },
    tracker: { flushed: () => Promise.resolve() },
  };
  return [request, deps] as unknown as Args;
}

Deno.test("a page that took too long is shorter than its limit, and has a cursor from which the search goes on", async () => {
  const seen: string[][] = [];
  for (let cursor: string | null = "";;) {
    const page: Awaited<ReturnType<typeof attemptPage>> = await attemptPage(...asked(cursor === "" ? {} : { cursor }));
    seen.push(page.data.map(({ id }) => id));
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  assertEquals(seen, [[], [], ["found"]]);
});

Deno.test("an export goes on after pages that took too long, and has one heading", async () => {
  const [request, deps] = asked();
  const text = await new Response(await attemptExport("csv", request, deps)).text();
  const [heading, row, ...rest] = text.trimEnd().split(/\r?\n/);
  assertEquals([heading.split(",")[0], row.split(",")[0], rest], ["id", "found", []]);
});

import { assertEquals } from "../../tests/support/assert.ts";
import { NO_LIMITS } from "../core/workspace_limits.ts";
import { LimitsBook } from "./limits_book.ts";

const ENVIRONMENT = { ...NO_LIMITS, requests_per_minute: 500, tokens_per_day: 1_000_000 };

Deno.test("a workspace's own limits replace the file's default, which replaces the environment's, each by itself", () => {
  const book = new LimitsBook(ENVIRONMENT, {
    default: { requests_per_minute: 100, requests_per_day: 2_000 },
    workspaces: { acme: { requests_per_minute: 7 }, blue: { tokens_per_day: null } },
  });
  const others = { ...NO_LIMITS, requests_per_minute: 100, requests_per_day: 2_000, tokens_per_day: 1_000_000 };
  assertEquals(book.of("unnamed", 0).limits.limits, others);
  assertEquals(book.of("acme", 0).limits.limits, { ...others, requests_per_minute: 7 });
  assertEquals(book.of("blue", 0).limits.limits, { ...others, tokens_per_day: null });
});

Deno.test("without a file the environment's limits hold, and a replaced file is forgotten", () => {
  const book = new LimitsBook(ENVIRONMENT);
  assertEquals([book.of("acme", 0).limits.limits, book.has("acme"), book.own("acme")], [ENVIRONMENT, false, {}]);
  book.replace({ workspaces: { acme: { requests_per_minute: 7 } } });
  assertEquals([book.of("acme", 0).limits.limits.requests_per_minute, book.has("acme")], [7, true]);
  book.replace({});
  assertEquals([book.of("acme", 0).limits.limits, book.has("acme")], [ENVIRONMENT, false]);
});

Deno.test("a model has the default's limits and the workspace's, of which the workspace's win", () => {
  const book = new LimitsBook(ENVIRONMENT, {
    default: { models: { "gpt-5.4": { requests_per_minute: 50, tokens_per_minute: 9_000 } } },
    workspaces: { acme: { models: { "gpt-5.4": { requests_per_minute: 5 }, o5: { requests_per_day: 1 } } } },
  });
  assertEquals(Object.fromEntries(book.of("acme", 0).limits.models), {
    "gpt-5.4": { ...NO_LIMITS, requests_per_minute: 5, tokens_per_minute: 9_000 },
    o5: { ...NO_LIMITS, requests_per_day: 1 },
  });
  assertEquals(Object.fromEntries(book.of("unnamed", 0).limits.models), {
    "gpt-5.4": { ...NO_LIMITS, requests_per_minute: 50, tokens_per_minute: 9_000 },
  });
});

Deno.test("a report has the workspace's own limits beside those in force", () => {
  const own = { requests_per_minute: 7, models: { o5: { requests_per_day: 1 } } };
  const report = new LimitsBook(ENVIRONMENT, { workspaces: { acme: own } }).report("acme", 0);
  assertEquals(report, {
    workspace_id: "acme",
    own,
    limits: { ...ENVIRONMENT, requests_per_minute: 7 },
    models: [{ model: "o5", limits: { ...NO_LIMITS, requests_per_day: 1 } }],
    budgets: [],
  });
});

Deno.test("a workspace with the name of a property of Object.prototype has no limits of its own", () => {
  const book = new LimitsBook(ENVIRONMENT, { workspaces: {} });
  for (const name of ["constructor", "tostring", "__proto__"]) {
    assertEquals([book.has(name), book.of(name, 0).limits.limits], [false, ENVIRONMENT]);
  }
});

import type { LimitsFile } from "../../shared/limits.ts";
import { usdNanos } from "../../shared/money/money.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { WARM_UP_MS } from "../../server/lazy_parts.ts";
import { limitsInMemory } from "../../server/limits/limits_file.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assertEquals } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";
import { withTempFolder } from "../support/temp.ts";
import { run, until } from "./running.ts";

const DAY = 86_400_000;

/** A file of attempts at a dollar each: today, yesterday, last week and last month. */
async function filledLedger(folder: string): Promise<HistoricLedger> {
  const path = `${folder}/quota.db`;
  const noon_ms = new ManualClock().now();
  const ledger = await openSqliteLedger(path);
  for (const days of [0, 1, 8, 40]) {
    const row = attempt({ started_at_ms: noon_ms - days * DAY, cost_usd_nanos: usdNanos(1_000_000_000n), app: "bot" });
    await ledger.append({ kind: "attempt", row });
  }
  await ledger.close();
  return openSqliteLedger(path);
}

Deno.test("a start with a budget knows what was spent before its first call, and refuses it", () =>
  withTempFolder(async (folder) => {
    const file: LimitsFile = { default: { budgets: { day: "9", week: "9", month: "3" } } };
    const limits = limitsInMemory(JSON.stringify(file));
    await using running = await run({}, { ledger: await filledLedger(folder), limits });
    const body = await (await fetch(`http://${running.host}/api/quota/status?workspace_id=acme`)).json();
    const spent = body.budgets.map(({ period, spent_usd }: Record<string, string>) => [period, spent_usd]);
    assertEquals(spent, [["day", "1.000000000"], ["week", "2.000000000"], ["month", "3.000000000"]]);
    const call = { method: "POST", body: '{"model":"gpt-5.4","input":"Hello"}' };
    const refused = await fetch(`http://${running.host}/w/acme/v1/responses`, call);
    const { error: { code, type } } = await refused.json();
    const retry = refused.headers.get("x-should-retry");
    assertEquals([refused.status, code, type, retry], [429, "workspace_budget_exceeded", "rate_limit_error", "false"]);
  }));

Deno.test("a start without a budget answers before it reads the spend, which a budget knows later", () =>
  withTempFolder(async (folder) => {
    await using running = await run({}, { ledger: await filledLedger(folder) });
    const { tracker } = running.service;
    assertEquals(tracker.status("acme").spend, undefined);
    running.clock.advance(WARM_UP_MS);
    await until(() => tracker.status("acme").spend !== undefined, "the spend");
    assertEquals(tracker.status("acme").spend, { day_usd: "1.000000000", unpriced_calls: 0 });
    tracker.setLimits({ default: { apps: { bot: { budgets: { month: "5" } } } } });
    assertEquals(tracker.status("acme").budgets!.map(({ spent_usd }) => spent_usd), ["3.000000000"]);
  }));

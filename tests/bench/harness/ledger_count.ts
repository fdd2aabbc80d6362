/** Counts the ledger after a load, to compare it with the answers that the load generator received. */
import { openLedger } from "../../../server/ledger/open.ts";

export interface LedgerCount {
  attempts: number;
  estimated: number;
  total_tokens: number;
}

/** Counts a ledger that no process has open. */
export async function countLedger(folder: string): Promise<LedgerCount> {
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  const { day } = await ledger.rebuild(Date.now(), 0);
  await ledger.close();
  const sum = (of: (usage: (typeof day)[number]) => number) => day.reduce((total, usage) => total + of(usage), 0);
  return {
    attempts: sum(({ attempts }) => attempts),
    estimated: sum(({ estimated_calls }) => estimated_calls),
    total_tokens: sum(({ total_tokens }) => total_tokens),
  };
}

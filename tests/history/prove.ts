/** Proves that history equals the rows: in every group, by day and hour, in zones with clock changes. */
import { DatabaseSync } from "node:sqlite";
import { openLedger } from "../../server/ledger/open.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import { checkLedger } from "../../server/ledger/sqlite/care.ts";
import { reprice } from "../../server/ledger/sqlite/reprice/reprice.ts";
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { stepsOf } from "../../server/features/history/steps.ts";
import { HISTORY_DIMENSIONS, type HistoryDimension } from "../../shared/history/history_names.ts";
import { usdNanos } from "../../shared/money/money.ts";
import { Random } from "../chaos/random.ts";
import { RandomEntries, SPAN } from "./attempts.ts";
import { addUp, answerSums, QUARTER_MS, quarterSums, type RowSums, stepNames } from "./row_sums.ts";

export const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];

/** Entries that are appended at a time. */
const BATCH = 2_000;

const DAY_MS = 86_400_000;

interface ProofOptions {
  /** The file of the ledger, which is made. */
  path: string;
  attempts: number;
  seed: number;
  /** Hears how far it is. */
  say(text: string): void;
  /** Changes the file before it is judged, to prove that the judge notices. */
  spoil?(path: string): void;
}

interface Proof {
  /** Sums that were compared. */
  compared: number;
  /** Each difference in words; empty where all agree. */
  faults: string[];
}

export async function proveHistory(options: ProofOptions): Promise<Proof> {
  await fill(options);
  options.spoil?.(options.path);
  const ledger = await openLedger(`sqlite:${options.path}`);
  const db = new DatabaseSync(options.path, { readOnly: true });
  try {
    const judge = new Judge(ledger, db);
    for (const by of [null, ...HISTORY_DIMENSIONS]) {
      for (const zone of ZONES) {
        await judge.compare(zone, "day", by, SPAN);
        for (const range of monthsOfClockChanges()) await judge.compare(zone, "hour", by, range);
      }
      options.say(`compared by ${by ?? "nothing"}: ${judge.compared} sums, ${judge.faults.length} differences`);
    }
    const { faults } = checkLedger(options.path);
    return { compared: judge.compared, faults: [...judge.faults, ...faults] };
  } finally {
    db.close();
    await ledger.close();
  }
}

/** Appends everything, with two restarts of the ledger and three runs of other prices meanwhile. */
async function fill({ path, attempts, seed, say }: ProofOptions): Promise<void> {
  const random = new Random(seed);
  const entries = new RandomEntries(random, attempts);
  const part = Math.ceil(attempts / 3);
  for (let made = 0; made < attempts;) {
    const ledger = await openLedger(`sqlite:${path}`);
    const end = Math.min(attempts, made + part);
    while (made < end) {
      const count = Math.min(BATCH, end - made);
      await Promise.all(
        Array.from({ length: count }, () => entries.next()).flat().map((entry) => ledger.append(entry)),
      );
      made += count;
    }
    await ledger.close();
    say(`${made} attempts`);
    await priceAgain(path, random);
  }
}

async function priceAgain(path: string, random: Random): Promise<void> {
  const from_ms = random.int(SPAN.from_ms, SPAN.to_ms - 30 * DAY_MS);
  const workspace_id = random.chance(0.5) ? "acme" : null;
  const factor = BigInt(random.int(2, 9));
  const price = (row: AttemptRow) => {
    if (row.usage.input_tokens % 11 === 0) row.unpriced = "unknown_model";
    else row.cost_usd_nanos = usdNanos(BigInt(row.usage.total_tokens) * factor);
  };
  const note = { at_ms: SPAN.to_ms, actor: "proof", prices: `factor ${factor}` };
  const range = { from_ms, to_ms: from_ms + 90 * DAY_MS, workspace_id };
  await reprice(path, { ...range, price, visit() {} }, { note, pause: () => Promise.resolve() });
}

/** Hours of more than two months are more steps than an answer has. */
function monthsOfClockChanges() {
  const around = (date: string) => ({ from_ms: Date.parse(date) - 15 * DAY_MS, to_ms: Date.parse(date) + 15 * DAY_MS });
  return [around("2026-03-29T00:00:00Z"), around("2026-10-25T00:00:00Z")];
}

class Judge {
  readonly faults: string[] = [];
  compared = 0;
  readonly #ledger: HistoricLedger;
  readonly #db: DatabaseSync;
  #rows: { by: HistoryDimension | null; sums: ReturnType<typeof quarterSums> } | null = null;

  constructor(ledger: HistoricLedger, db: DatabaseSync) {
    this.#ledger = ledger;
    this.#db = db;
  }

  /** Compares every step and group of a range. */
  async compare(
    zone: string,
    step: "day" | "hour",
    by: HistoryDimension | null,
    range: { from_ms: number; to_ms: number },
  ): Promise<void> {
    const { starts_ms, end_ms } = stepsOf({ ...range, step, zone });
    const query = { workspaces: null, filters: {}, starts_ms, end_ms, unit: "quarter", by, top: 99 } as const;
    const answer = await this.#ledger.history.sums(query);
    const nameOf = stepNames(zone, step);
    const groups = by === null ? [{ group: null, points: answer.points }] : answer.groups;
    const found = new Map<string, RowSums>();
    for (const { group, points } of groups) {
      points.forEach((sums, at) => {
        if (sums) found.set(keyOf(nameOf(starts_ms[at]), group), answerSums(sums));
      });
    }
    const expected = addUp(
      this.#rowsBy(by).flatMap(({ quarter, group, sums }) => {
        const at_ms = quarter * QUARTER_MS;
        const isInside = at_ms >= starts_ms[0] && at_ms < end_ms;
        return isInside ? [[keyOf(nameOf(at_ms), group), sums] as [string, RowSums]] : [];
      }),
    );
    this.#judge(`${zone}, by ${step} and ${by}`, found, expected);
  }

  #judge(where: string, found: Map<string, RowSums>, expected: Map<string, RowSums>): void {
    for (const key of new Set([...found.keys(), ...expected.keys()])) {
      this.compared++;
      const [ours, rows] = [text(found.get(key)), text(expected.get(key))];
      if (ours !== rows) this.faults.push(`${where}, ${key}: history has ${ours}, the rows ${rows}`);
    }
  }

  #rowsBy(by: HistoryDimension | null) {
    if (this.#rows?.by !== by) this.#rows = null;
    this.#rows ??= { by, sums: quarterSums(this.#db, by) };
    return this.#rows.sums;
  }
}

function keyOf(step: string, group: string | null): string {
  return JSON.stringify([step, group]);
}

function text(sums: RowSums | undefined): string {
  return sums ? Object.entries(sums).map(([name, value]) => `${name} ${value}`).join(", ") : "nothing";
}

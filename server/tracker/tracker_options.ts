/** The options of a tracker. */
import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";
import type { PricingSource } from "../core/pricing.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ImmediateLiveStore, LiveStore } from "../live/live_store.ts";

/** The parts and rules of a tracker. */
export interface TrackerOptions<Live extends LiveStore = ImmediateLiveStore> {
  clock: Clock;
  ledger: Ledger;
  /** Where it counts. Its days begin in the same zone. */
  live: Live;
  /** The limits of a workspace for which no others are set. */
  limits: Limits;
  warning_ratio: number;
  mode: "enforce" | "observe";
  /** IANA zone in which a day begins. */
  timezone: string;
  /** Default none: the cost of an attempt is then unknown, without a reason. */
  pricing?: PricingSource;
  max_workspaces?: number;
  /** `answer`: the last bytes of an answer wait for its row. Default `bounded`: the row follows within the ledger's bound. */
  durability?: "answer" | "bounded";
  log?: (event: string, fields: Record<string, unknown>) => void;
}

/** What a workspace may use. */
import type { MeterName } from "../../shared/quota.ts";

/** The most per window; `null` where there is no such limit. */
export type Limits = Readonly<Record<MeterName, number | null>>;

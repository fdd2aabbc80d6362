/** The lines of the bench, by id. */
import type { Options } from "./harness/options.ts";
import type { Report } from "./harness/report.ts";
import * as p1 from "./lines/p1_json.ts";
import * as p2 from "./lines/p2_stream.ts";
import * as p3 from "./lines/p3_client.ts";
import * as p4 from "./lines/p4_counters.ts";
import * as p5 from "./lines/p5_ledger.ts";
import * as p6 from "./lines/p6_fan_out.ts";
import * as p7 from "./lines/p7_status.ts";
import * as p8 from "./lines/p8_cold_start.ts";
import * as p9 from "./lines/p9_badge.ts";
import * as p10 from "./lines/p10_extension.ts";
import * as p11 from "./lines/p11_growth.ts";
import * as p12 from "./lines/p12_budgets.ts";
import * as p13 from "./lines/p13_history.ts";
import * as p16 from "./lines/p16_refusals.ts";
import * as p17 from "./lines/p17_reconnect.ts";

/** One line: what it measures, and how. */
export interface BenchLine {
  title: string;
  run(options: Options): Promise<Report>;
}

export const LINES: Record<string, BenchLine> = { p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p16, p17 };

/** The status body with what the extension does not read, and therefore does not load. */
import * as z from "zod/mini";
import { StatusBody } from "../quota.ts";
import { UsdText } from "../money/money_schema.ts";
import { Budget, ShadowRule, Spend } from "./schema.ts";

const ObservedBudget = z.extend(Budget, {
  /** By how much calls in flight can pass what is reserved. Left out where they cannot. */
  overshoot_usd: z.optional(UsdText),
});

export const ObservedStatusBody = z.extend(StatusBody, {
  /** The budgets in force, the workspace's first; left out where there are none. Older services know no budgets. */
  budgets: z.optional(z.array(ObservedBudget)),
  /** Absent in the answers of older services, and in the first seconds of a start while no budget is in force. */
  spend: z.optional(Spend),
  /** The rules that are observed only; left out where there are none. */
  shadow: z.optional(z.array(ShadowRule)),
});

/** An amount of money on the wire. Apart from its arithmetic, which the service needs before it needs any schema. */
import * as z from "zod/mini";
import { USD_PATTERN } from "./money.ts";

/** Dollars as a decimal string. */
export const UsdText = z.string().check(z.regex(USD_PATTERN));

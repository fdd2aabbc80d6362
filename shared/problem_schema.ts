/** The schema of a problem body. Apart from the codes, which the service needs before it needs any schema. */
import * as z from "zod/mini";
import { type Problem as Body, PROBLEM_STATUS, type ProblemCode } from "./problem.ts";

/** The body of a refusal. `detail` says what could not be done, to what, because of what, and the remedy. */
export const Problem: z.ZodMiniType<Body> = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string(),
});
export type Problem = Body;

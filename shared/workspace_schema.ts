/** A workspace id on the wire. Apart from the id's own rules, which the service needs before it needs any schema. */
import * as z from "zod/mini";
import { WORKSPACE_ID_PATTERN } from "./workspace.ts";

/** A normalized workspace id. */
export const WorkspaceId = z.string().check(z.regex(WORKSPACE_ID_PATTERN));

/** Every environment variable: what it is for, its default, its accepted values, and how it is read. */
import { BOUNDS, type BoundVariable } from "./bounds.ts";
import { COUNT, count } from "./readers.ts";
import type { Variable } from "./variable.ts";
import { ACCESS } from "./variables/access.ts";
import { LIMITS } from "./variables/limits.ts";
import { PROVIDER } from "./variables/provider.ts";
import { SERVICE } from "./variables/service.ts";

/** Every variable that is not a bound, in groups. */
const GROUPS = {
  "The service": SERVICE,
  "The provider": PROVIDER,
  "Limits": LIMITS,
  "Access and network": ACCESS,
};

/** Variables that only the commands and the tracked client read, with what each is for. */
export const COMMAND_VARIABLES: Record<string, string> = {
  QUOTA_GAUGE_URL: "the service that tracked clients and the commands `status` and `watch` use",
  QUOTA_KEY: "their key for that service, if it has keys",
  QUOTA_KEY_FILE: "a file with that key, for `status` and `watch`",
};

/** Every variable of the service, in the order in which `--help` shows them. */
export const VARIABLES: Record<VariableName, Variable> = {
  ...SERVICE,
  ...PROVIDER,
  ...LIMITS,
  ...ACCESS,
  ...boundVariables(),
};

export type VariableName =
  | keyof typeof SERVICE
  | keyof typeof PROVIDER
  | keyof typeof LIMITS
  | keyof typeof ACCESS
  | BoundVariable;

/** The names of the variables of the service by the title of their group. */
export const VARIABLE_GROUPS: Record<string, string[]> = {
  ...Object.fromEntries(Object.entries(GROUPS).map(([title, variables]) => [title, Object.keys(variables)])),
  "Bounds that protect the service": Object.values(BOUNDS).map(({ variable }) => variable),
};

function boundVariables() {
  const entries = Object.values(BOUNDS).map(({ variable, default: value, meaning }) =>
    [variable, { meaning, default: `${value}`, accepts: COUNT, read: count }] as const
  );
  return Object.fromEntries(entries) as Record<BoundVariable, Variable>;
}

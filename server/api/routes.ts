/** Every REST route, in the order in which the document shows them. */
import type { Route } from "./route.ts";
import { attempts } from "./routes/attempts.ts";
import { availability } from "./routes/availability.ts";
import { health } from "./routes/health.ts";
import { limits, setLimits } from "./routes/limits.ts";
import { notifications } from "./routes/notifications.ts";
import { release, reserve } from "./routes/reservations.ts";
import { reset } from "./routes/reset.ts";
import { status } from "./routes/status.ts";
import { usage } from "./routes/usage.ts";

/** The routes; what is not here is not served. */
export const ROUTES: readonly Route[] = [
  status,
  usage,
  availability,
  notifications,
  reset,
  limits,
  setLimits,
  reserve,
  release,
  attempts,
  health,
];

/** Every REST route, in the order of the OpenAPI document. */
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

/** The routes that are served. */
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

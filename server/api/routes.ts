/** Every REST route, in the order of the OpenAPI document. */
import type { Route } from "./route.ts";
import { attempts } from "./routes/attempts.ts";
import { auditTrail } from "./routes/audit.ts";
import { availability } from "./routes/availability.ts";
import { headroom } from "./routes/headroom.ts";
import { health, live, ready } from "./routes/health.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "./routes/keys.ts";
import { limits, setLimits } from "./routes/limits.ts";
import { notifications } from "./routes/notifications.ts";
import { createPairing, redeemPairing } from "./routes/pairing.ts";
import { release, reserve } from "./routes/reservations.ts";
import { reset } from "./routes/reset.ts";
import { closeSession, currentSession, openSession } from "./routes/sessions.ts";
import { status } from "./routes/status.ts";
import { ticket } from "./routes/ticket.ts";
import { usage } from "./routes/usage.ts";
import { workspaces } from "./routes/workspaces.ts";

/** The routes that are served. */
export const ROUTES: readonly Route[] = [
  status,
  usage,
  availability,
  headroom,
  notifications,
  workspaces,
  reset,
  limits,
  setLimits,
  reserve,
  release,
  attempts,
  listKeys,
  createKey,
  rotateKey,
  revokeKey,
  createPairing,
  redeemPairing,
  openSession,
  currentSession,
  closeSession,
  ticket,
  auditTrail,
  health,
  live,
  ready,
];

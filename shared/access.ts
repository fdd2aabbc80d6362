/** Bodies of the routes for keys, pairing, tickets and the audit trail. */
import * as z from "zod/mini";
import { Count, Instant } from "./usage.ts";

const KeyKind = z.enum(["ingest", "read", "admin"]);

const Label = z.string().check(z.minLength(1), z.maxLength(200));

/** `POST /api/quota/keys`. Every field that a caller may set is listed here; others are refused. */
export const KeyRequest = z.strictObject({
  kind: KeyKind,
  /** One for an ingest key, one or more for a read key (`*` for all), none for an admin key. */
  workspaces: z.optional(z.array(z.string()).check(z.maxLength(100))),
  app: z.optional(z.nullable(Label)),
  models: z.optional(z.nullable(z.array(Label).check(z.minLength(1), z.maxLength(100)))),
  expires_at: z.optional(z.nullable(Instant)),
  note: z.optional(z.nullable(Label)),
});
export type KeyRequest = z.infer<typeof KeyRequest>;

/** A key without its secret. */
export const Key = z.object({
  id: z.string(),
  kind: KeyKind,
  workspaces: z.array(z.string()),
  app: z.nullable(z.string()),
  models: z.nullable(z.array(z.string())),
  note: z.nullable(z.string()),
  created_at: Instant,
  created_by: z.string(),
  expires_at: z.nullable(Instant),
  revoked_at: z.nullable(Instant),
  /** To within a minute. */
  last_used_at: z.nullable(Instant),
  /** Until when the secret before the last rotation is accepted. */
  previous_secret_until: z.nullable(Instant),
});
export type Key = z.infer<typeof Key>;

/** `GET /api/quota/keys`: newest first. */
export const Keys = z.object({ data: z.array(Key), next_cursor: z.nullable(z.string()) });

/** A new key, or a new secret: `key` is in this response only. */
export const NewKey = z.object({ ...Key.shape, key: z.string() });
export type NewKey = z.infer<typeof NewKey>;

/** `POST /api/quota/keys/{id}/rotate`: how long the old secret stays valid; a day by default. */
export const RotateRequest = z.strictObject({ overlap_seconds: z.optional(Count) });

/** `POST /api/quota/pairing` */
export const PairingRequest = z.strictObject({ workspace_id: z.string() });
export const PairingCode = z.object({ code: z.string(), expires_at: Instant });

/** `POST /api/quota/pairing/redeem`: the only route that gives a key for no key. */
export const RedeemRequest = z.strictObject({
  code: z.string().check(z.maxLength(40)),
  /** Of the browser; it becomes the key's note. */
  name: z.string().check(z.minLength(1), z.maxLength(100)),
});
export const Redeemed = z.object({ key: z.string(), workspace_id: z.string() });
export type Redeemed = z.infer<typeof Redeemed>;

/** `POST /api/quota/sessions`: a read or an admin key. */
export const SessionRequest = z.strictObject({ key: z.string().check(z.minLength(1), z.maxLength(300)) });

/** `POST /api/quota/sessions`, and `GET /api/quota/sessions/current`. */
export const Session = z.object({
  /** `personal`: the service needs no key. */
  kind: z.enum(["personal", "read", "admin"]),
  /** The workspaces that may be read; `*` stands for all. */
  workspaces: z.array(z.string()),
  /** Null without a session: in personal mode, and for a key that is sent with each request. */
  expires_at: z.nullable(Instant),
});
export type Session = z.infer<typeof Session>;

/** `POST /api/quota/ticket` */
export const Ticket = z.object({ ticket: z.string(), expires_at: Instant });
export type Ticket = z.infer<typeof Ticket>;

/** `GET /api/quota/audit`: newest first. */
export const AuditTrail = z.object({
  data: z.array(z.object({
    at: Instant,
    actor: z.string(),
    address: z.nullable(z.string()),
    action: z.string(),
    target: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })),
  next_cursor: z.nullable(z.string()),
});
export type AuditTrail = z.infer<typeof AuditTrail>;

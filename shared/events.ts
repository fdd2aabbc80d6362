/** Messages of the WebSocket `/api/quota/ws`, both ways. Services of the first contract send no `contract`. */
import * as z from "zod/mini";
import { Contract, StatusBody } from "./quota.ts";
import { Instant } from "./usage.ts";

/** A whole status, on connect and on each change. The latest replaces all before it, so a gap in `seq` is harmless. */
export const QuotaUpdate = z.object({
  contract: z.optional(Contract),
  type: z.literal("quota_update"),
  data: StatusBody,
  timestamp: Instant,
});
export type QuotaUpdate = z.infer<typeof QuotaUpdate>;

/** Either side may send a ping; the other answers with a pong. Text frames, because a browser cannot send protocol pings. */
export const Ping = z.object({ contract: z.optional(Contract), type: z.literal("ping") });
export const Pong = z.object({ contract: z.optional(Contract), type: z.literal("pong") });

/** Sent before the service closes a socket that it does not accept. */
export const SocketError = z.object({
  contract: z.optional(Contract),
  type: z.literal("error"),
  code: z.string(),
  detail: z.string(),
});

/** Every message of the service. */
export type ServerMessage = z.infer<typeof QuotaUpdate | typeof Ping | typeof Pong | typeof SocketError>;

/** Every message of a client, after its ticket. */
export interface ClientMessage {
  type: "ping" | "pong";
}

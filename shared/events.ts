/** Messages of the WebSocket `/api/quota/ws`, both ways. */
import * as z from "zod/mini";
import { StatusBody } from "./quota.ts";
import { Instant } from "./usage.ts";

/** A whole status, on connect and on each change. The latest replaces all before it, so a gap in `seq` is harmless. */
export const QuotaUpdate = z.object({ type: z.literal("quota_update"), data: StatusBody, timestamp: Instant });
export type QuotaUpdate = z.infer<typeof QuotaUpdate>;

/** Either side may send a ping; the other answers with a pong. Text frames, because a browser cannot send protocol pings. */
export const Ping = z.object({ type: z.literal("ping") });
export const Pong = z.object({ type: z.literal("pong") });

/** Sent before the service closes a socket that it does not accept. */
export const SocketError = z.object({ type: z.literal("error"), code: z.string(), detail: z.string() });
export type SocketError = z.infer<typeof SocketError>;

/** Every message of the service. */
export const ServerMessage = z.discriminatedUnion("type", [QuotaUpdate, Ping, Pong, SocketError]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** Every message of a client. */
export const ClientMessage = z.discriminatedUnion("type", [Ping, Pong]);
export type ClientMessage = z.infer<typeof ClientMessage>;

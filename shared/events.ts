/** Messages of the WebSocket `/api/quota/ws`, both ways. */
import * as z from "zod/mini";
import { StatusBody } from "./quota.ts";
import { Instant } from "./usage.ts";

/** A whole status: at once on connect, then on each change. Latest wins, so a gap in `seq` needs no repair. */
export const QuotaUpdate = z.object({ type: z.literal("quota_update"), data: StatusBody, timestamp: Instant });
export type QuotaUpdate = z.infer<typeof QuotaUpdate>;

/** Either side may ask; the other answers at once. Text frames, because a browser cannot send protocol pings. */
export const Ping = z.object({ type: z.literal("ping") });
export const Pong = z.object({ type: z.literal("pong") });

/** Sent before the service closes a socket that it refuses. */
export const SocketError = z.object({ type: z.literal("error"), code: z.string(), detail: z.string() });
export type SocketError = z.infer<typeof SocketError>;

/** Anything that the service sends. */
export const ServerMessage = z.discriminatedUnion("type", [QuotaUpdate, Ping, Pong, SocketError]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** Anything that a client may send. */
export const ClientMessage = z.discriminatedUnion("type", [Ping, Pong]);
export type ClientMessage = z.infer<typeof ClientMessage>;

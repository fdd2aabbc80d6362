/** The events that the machine takes, and the effects that it asks for. */
import type { ClientMessage, ServerMessage } from "../../shared/events.ts";
import type { Failure } from "./failure.ts";
import type { PollResult } from "./rest.ts";
import type { Target } from "./target.ts";

export type ConnectionEvent =
  /** Settings were read or changed, or the user asks for a retry. `refusal` says why no attempt is possible. */
  | { type: "configure"; target: Target | null; refusal: string | null }
  /** The user asks for current numbers: a live socket is pinged, a poll repeated; otherwise a new attempt starts. */
  | { type: "refresh" }
  /** Time has passed. Extra ticks have no effect. */
  | { type: "tick" }
  | { type: "socket_opened"; id: number }
  | { type: "socket_message"; id: number; message: ServerMessage }
  /** A message came that cannot be read. */
  | { type: "socket_unreadable"; id: number; failure: Failure }
  | { type: "socket_closed"; id: number }
  | { type: "polled"; id: number; result: PollResult };

export type Effect =
  | { type: "open_socket"; id: number; target: Target }
  /** Close the socket, open or not. */
  | { type: "close_socket" }
  | { type: "send"; message: ClientMessage }
  | { type: "poll"; id: number; target: Target }
  /** Abort the poll in flight. */
  | { type: "abort_poll" };

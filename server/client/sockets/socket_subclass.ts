/** Shared by the tracked subclasses of the SDK's WebSocket classes. */
import { trackingOf } from "../sdk/client_tracking.ts";
import { type EventSocket, type SocketTracking, trackSocket } from "./track_socket.ts";

/**
 * The tracking options of the client that a socket is created with.
 *
 * @param socket name of the tracked class, for the error message.
 * @throws {TypeError} if the client is not tracked. Nothing is sent then.
 */
export function trackingFrom(client: object | null | undefined, socket: string): SocketTracking {
  const tracking = client ? trackingOf(client) : null;
  if (tracking) return tracking;
  const given = client ? "a client that is not tracked" : "no client";
  throw new TypeError(
    `Cannot count ${socket}: it was given ${given}. Give it one of getOpenAIClient(workspace), QuotaTrackedOpenAI or ` +
      "QuotaTrackedAzureOpenAI",
  );
}

/** Turns a socket that a static method of the SDK has created into one of the tracked class, which adds no fields. */
export function toTrackedClass<S extends EventSocket>(
  created: object,
  { prototype }: { prototype: S },
  tracking: SocketTracking,
): S {
  return trackSocket(Object.setPrototypeOf(created, prototype) as S, tracking);
}

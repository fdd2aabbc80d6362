/** What makes a WebSocket class of the SDK's a tracked one: whose it is comes from the tracked client that it is given. */
import { trackingOf } from "../sdk/client_tracking.ts";
import { type EventSocket, type SocketTracking, trackSocket } from "./track_socket.ts";

/**
 * How the sockets of a client are tracked.
 *
 * @throws {TypeError} when it is not a tracked client: nothing has been sent then.
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

/** A socket that a static method of the SDK's has made, as one of the tracked class, which adds no state of its own. */
export function adopted<S extends EventSocket>(
  made: object,
  { prototype }: { prototype: S },
  tracking: SocketTracking,
): S {
  return trackSocket(Object.setPrototypeOf(made, prototype) as S, tracking);
}

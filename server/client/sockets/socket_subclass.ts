/** Shared by the tracked subclasses of the SDK's WebSocket classes. */
import { gatewayHeaders } from "../fetch/gateway_headers.ts";
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
  if (tracking) return { ...tracking, client: client! };
  const given = client ? "a client that is not tracked" : "no client";
  throw new TypeError(
    `Cannot count ${socket}: it was given ${given}. Give it one of getOpenAIClient(workspace), QuotaTrackedOpenAI, ` +
      "QuotaTrackedAzureOpenAI or QuotaTrackedBedrockOpenAI",
  );
}

/** The headers that a socket of the package `ws` sends. Its options have them only where the types of `ws` are installed. */
interface SocketOptions {
  headers?: Record<string, unknown>;
}

/**
 * Options of a socket of the package `ws`. If its client sends calls through the gateway of its recorder's service, they
 * have the key and the workspace for the gateway.
 */
export function gatewayOptions<O extends object>(
  { baseURL }: { baseURL: string },
  tracking: SocketTracking,
  options: O | null | undefined,
): O {
  const { service } = tracking.recorder;
  if (!service?.isGateway(baseURL)) return options as O;
  const { headers } = (options ?? {}) as SocketOptions;
  return { ...options, headers: { ...gatewayHeaders(tracking, service), ...headers } } as unknown as O;
}

/** Turns a socket that a static method of the SDK has created into one of the tracked class, which adds no fields. */
export function toTrackedClass<S extends EventSocket>(
  created: object,
  { prototype }: { prototype: S },
  tracking: SocketTracking,
): S {
  return trackSocket(Object.setPrototypeOf(created, prototype) as S, tracking);
}

/** Tracked subclasses of the SDK's Realtime sockets on the package `ws`. */
import { OpenAIRealtimeWS as BetaRealtimeWS } from "openai/beta/realtime/ws";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { gatewayOptions, toTrackedClass, trackingFrom } from "./socket_subclass.ts";
import { type SocketTracking, trackSocket } from "./track_socket.ts";

type RealtimeOptions = ConstructorParameters<typeof OpenAIRealtimeWS>[0]["options"];

/**
 * A drop-in subclass of the SDK's `OpenAIRealtimeWS`: each response is counted for the workspace of its tracked client. A
 * response over the limit is not requested; the `error` event reports it.
 *
 * @throws {TypeError} without a tracked client.
 */
export class QuotaTrackedRealtimeWS extends OpenAIRealtimeWS {
  constructor(...[props, client]: ConstructorParameters<typeof OpenAIRealtimeWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWS");
    super(withGateway(client, tracking, props), client);
    trackSocket(this, tracking);
  }

  static override async create(
    ...[client, props]: Parameters<typeof OpenAIRealtimeWS.create>
  ): Promise<QuotaTrackedRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWS");
    return toTrackedClass(await OpenAIRealtimeWS.create(client, withGateway(client, tracking, props)), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof OpenAIRealtimeWS.azure>
  ): Promise<QuotaTrackedRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWS");
    return toTrackedClass(await OpenAIRealtimeWS.azure(client, options), this, tracking);
  }
}

/** A drop-in subclass of `OpenAIRealtimeWS` of `openai/beta/realtime/ws`. */
export class QuotaTrackedBetaRealtimeWS extends BetaRealtimeWS {
  constructor(...[props, client]: ConstructorParameters<typeof BetaRealtimeWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWS");
    super(withGateway(client, tracking, props), client);
    trackSocket(this, tracking);
  }

  static override async create(
    ...[client, props]: Parameters<typeof BetaRealtimeWS.create>
  ): Promise<QuotaTrackedBetaRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWS");
    return toTrackedClass(await BetaRealtimeWS.create(client, withGateway(client, tracking, props)), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof BetaRealtimeWS.azure>
  ): Promise<QuotaTrackedBetaRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWS");
    return toTrackedClass(await BetaRealtimeWS.azure(client, options), this, tracking);
  }
}

/** Properties of a socket, with the headers for the gateway if its client's calls go there. */
function withGateway<P extends { options?: RealtimeOptions }>(
  client: { baseURL: string } | null | undefined,
  tracking: SocketTracking,
  props: P,
): P {
  return client ? { ...props, options: gatewayOptions(client, tracking, props.options) } : props;
}

/** The SDK's Realtime sockets on the package `ws`, counted. */
import { OpenAIRealtimeWS as BetaRealtimeWS } from "openai/beta/realtime/ws";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { adopted, trackingFrom } from "./tracked_socket.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `OpenAIRealtimeWS`: each response is counted for the workspace of the tracked client that
 * it is given, and one over the limit is told by an `error` event instead of being sent.
 *
 * @throws {TypeError} without a tracked client.
 */
export class QuotaTrackedRealtimeWS extends OpenAIRealtimeWS {
  constructor(...[props, client]: ConstructorParameters<typeof OpenAIRealtimeWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWS");
    super(props, client);
    trackSocket(this, tracking);
  }

  static override async create(
    ...[client, props]: Parameters<typeof OpenAIRealtimeWS.create>
  ): Promise<QuotaTrackedRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWS");
    return adopted(await OpenAIRealtimeWS.create(client, props), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof OpenAIRealtimeWS.azure>
  ): Promise<QuotaTrackedRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWS");
    return adopted(await OpenAIRealtimeWS.azure(client, options), this, tracking);
  }
}

/** The same for `OpenAIRealtimeWS` of `openai/beta/realtime/ws`. */
export class QuotaTrackedBetaRealtimeWS extends BetaRealtimeWS {
  constructor(...[props, client]: ConstructorParameters<typeof BetaRealtimeWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWS");
    super(props, client);
    trackSocket(this, tracking);
  }

  static override async create(
    ...[client, props]: Parameters<typeof BetaRealtimeWS.create>
  ): Promise<QuotaTrackedBetaRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWS");
    return adopted(await BetaRealtimeWS.create(client, props), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof BetaRealtimeWS.azure>
  ): Promise<QuotaTrackedBetaRealtimeWS> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWS");
    return adopted(await BetaRealtimeWS.azure(client, options), this, tracking);
  }
}

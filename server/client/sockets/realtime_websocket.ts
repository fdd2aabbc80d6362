/** Tracked subclasses of the SDK's Realtime sockets on the runtime's own WebSocket. */
import { OpenAIRealtimeWebSocket as BetaRealtimeWebSocket } from "openai/beta/realtime/websocket";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { toTrackedClass, trackingFrom } from "./socket_subclass.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `OpenAIRealtimeWebSocket`: each response is counted for the workspace of its
 * tracked client. A response over the limit is not requested; the `error` event reports it.
 *
 * @throws {TypeError} without a tracked client.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { QuotaTrackedOpenAI } from "../sdk/openai_client.ts";
 * import { QuotaTrackedRealtimeWebSocket } from "./realtime_websocket.ts";
 *
 * function talk(client: QuotaTrackedOpenAI): QuotaTrackedRealtimeWebSocket {
 *   return new QuotaTrackedRealtimeWebSocket({ model: "gpt-realtime" }, client);
 * }
 * assert.equal(talk.length, 1);
 * ```
 */
export class QuotaTrackedRealtimeWebSocket extends OpenAIRealtimeWebSocket {
  constructor(...[props, client]: ConstructorParameters<typeof OpenAIRealtimeWebSocket>) {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWebSocket");
    super(props, client);
    trackSocket(this, tracking);
  }

  static override async create(
    ...[client, props]: Parameters<typeof OpenAIRealtimeWebSocket.create>
  ): Promise<QuotaTrackedRealtimeWebSocket> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWebSocket");
    return toTrackedClass(await OpenAIRealtimeWebSocket.create(client, props), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof OpenAIRealtimeWebSocket.azure>
  ): Promise<QuotaTrackedRealtimeWebSocket> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWebSocket");
    return toTrackedClass(await OpenAIRealtimeWebSocket.azure(client, options), this, tracking);
  }
}

/** A drop-in subclass of `OpenAIRealtimeWebSocket` of `openai/beta/realtime/websocket`. */
export class QuotaTrackedBetaRealtimeWebSocket extends BetaRealtimeWebSocket {
  constructor(...[props, client]: ConstructorParameters<typeof BetaRealtimeWebSocket>) {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWebSocket");
    super(props, client);
    trackSocket(this, tracking);
  }

  static override async create(
    ...[client, props]: Parameters<typeof BetaRealtimeWebSocket.create>
  ): Promise<QuotaTrackedBetaRealtimeWebSocket> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWebSocket");
    return toTrackedClass(await BetaRealtimeWebSocket.create(client, props), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof BetaRealtimeWebSocket.azure>
  ): Promise<QuotaTrackedBetaRealtimeWebSocket> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWebSocket");
    return toTrackedClass(await BetaRealtimeWebSocket.azure(client, options), this, tracking);
  }
}

/** The SDK's Realtime sockets on the runtime's own WebSocket, counted. */
import { OpenAIRealtimeWebSocket as BetaRealtimeWebSocket } from "openai/beta/realtime/websocket";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { adopted, trackingFrom } from "./tracked_socket.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `OpenAIRealtimeWebSocket`: each response is counted for the workspace of the tracked
 * client that it is given, and one over the limit is told by an `error` event instead of being sent.
 *
 * @throws {TypeError} without a tracked client.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { QuotaTrackedOpenAI } from "../sdk/client.ts";
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
    return adopted(await OpenAIRealtimeWebSocket.create(client, props), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof OpenAIRealtimeWebSocket.azure>
  ): Promise<QuotaTrackedRealtimeWebSocket> {
    const tracking = trackingFrom(client, "QuotaTrackedRealtimeWebSocket");
    return adopted(await OpenAIRealtimeWebSocket.azure(client, options), this, tracking);
  }
}

/** The same for `OpenAIRealtimeWebSocket` of `openai/beta/realtime/websocket`. */
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
    return adopted(await BetaRealtimeWebSocket.create(client, props), this, tracking);
  }

  static override async azure(
    ...[client, options]: Parameters<typeof BetaRealtimeWebSocket.azure>
  ): Promise<QuotaTrackedBetaRealtimeWebSocket> {
    const tracking = trackingFrom(client, "QuotaTrackedBetaRealtimeWebSocket");
    return adopted(await BetaRealtimeWebSocket.azure(client, options), this, tracking);
  }
}

/** Tracked subclasses of the SDK's Responses sockets on the package `ws`. */
import { ResponsesWS as BetaResponsesWS } from "openai/resources/beta/responses/ws";
import { ResponsesWS } from "openai/resources/responses/ws";
import { gatewayOptions, trackingFrom } from "./socket_subclass.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `ResponsesWS`: each response is counted for the workspace of its tracked client. A response
 * over the limit is not requested; the `error` event reports it.
 *
 * @throws {TypeError} without a tracked client.
 */
export class QuotaTrackedResponsesWS extends ResponsesWS {
  constructor(...[client, options]: ConstructorParameters<typeof ResponsesWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedResponsesWS");
    super(client, gatewayOptions(client, tracking, options));
    trackSocket(this, { ...tracking, endpoint: "responses" });
  }
}

/** A drop-in subclass of `ResponsesWS` of `openai/resources/beta/responses/ws`. */
export class QuotaTrackedBetaResponsesWS extends BetaResponsesWS {
  constructor(...[client, options]: ConstructorParameters<typeof BetaResponsesWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedBetaResponsesWS");
    super(client, gatewayOptions(client, tracking, options));
    trackSocket(this, { ...tracking, endpoint: "responses" });
  }
}

/** The SDK's Responses sockets, which are on the package `ws`, counted. */
import { ResponsesWS as BetaResponsesWS } from "openai/resources/beta/responses/ws";
import { ResponsesWS } from "openai/resources/responses/ws";
import { trackingFrom } from "./tracked_socket.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `ResponsesWS`: each response is counted for the workspace of the tracked client that it is
 * given, and one over the limit is told by an `error` event instead of being sent.
 *
 * @throws {TypeError} without a tracked client.
 */
export class QuotaTrackedResponsesWS extends ResponsesWS {
  constructor(...[client, options]: ConstructorParameters<typeof ResponsesWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedResponsesWS");
    super(client, options);
    trackSocket(this, { ...tracking, endpoint: "responses" });
  }
}

/** The same for `ResponsesWS` of `openai/resources/beta/responses/ws`. */
export class QuotaTrackedBetaResponsesWS extends BetaResponsesWS {
  constructor(...[client, options]: ConstructorParameters<typeof BetaResponsesWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedBetaResponsesWS");
    super(client, options);
    trackSocket(this, { ...tracking, endpoint: "responses" });
  }
}

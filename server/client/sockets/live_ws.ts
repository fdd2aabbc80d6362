/**
 * The SDK's Live sockets, which are on the package `ws`, with the responses that a session delegates counted. Its own sound
 * is billed by the second, and is not.
 */
import { ForksWS } from "openai/resources/live/forks/ws";
import { SidebandWS } from "openai/resources/live/sideband/ws";
import { LiveWS } from "openai/resources/live/ws";
import { trackingFrom } from "./tracked_socket.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `LiveWS`: each response that the session delegates is counted for the workspace of the
 * tracked client that it is given.
 *
 * @throws {TypeError} without a tracked client.
 */
export class QuotaTrackedLiveWS extends LiveWS {
  constructor(...[client, options]: ConstructorParameters<typeof LiveWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedLiveWS");
    super(client, options);
    trackSocket(this, { ...tracking, endpoint: "live" });
  }
}

/** The same for a fork of a session. */
export class QuotaTrackedForksWS extends ForksWS {
  constructor(...[client, parameters, options]: ConstructorParameters<typeof ForksWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedForksWS");
    super(client, parameters, options);
    trackSocket(this, { ...tracking, endpoint: "live" });
  }
}

/** The same beside a session whose own line is not tracked, as a page's: it hears of the same responses. */
export class QuotaTrackedSidebandWS extends SidebandWS {
  constructor(...[client, parameters, options]: ConstructorParameters<typeof SidebandWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedSidebandWS");
    super(client, parameters, options);
    trackSocket(this, { ...tracking, endpoint: "live" });
  }
}

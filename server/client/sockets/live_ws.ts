/**
 * Tracked subclasses of the SDK's Live sockets on the package `ws`. They count the responses that a session delegates, but
 * not its own sound, which is billed by the second.
 */
import { ForksWS } from "openai/resources/live/forks/ws";
import { SidebandWS } from "openai/resources/live/sideband/ws";
import { LiveWS } from "openai/resources/live/ws";
import { trackingFrom } from "./socket_subclass.ts";
import { trackSocket } from "./track_socket.ts";

/**
 * A drop-in subclass of the SDK's `LiveWS`: each response that the session delegates is counted for the workspace of its
 * tracked client.
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

/** A drop-in subclass of the SDK's `ForksWS`, for a fork of a session. */
export class QuotaTrackedForksWS extends ForksWS {
  constructor(...[client, parameters, options]: ConstructorParameters<typeof ForksWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedForksWS");
    super(client, parameters, options);
    trackSocket(this, { ...tracking, endpoint: "live" });
  }
}

/** A drop-in subclass of the SDK's `SidebandWS`, for a session whose own socket is not tracked, such as that of a web page. */
export class QuotaTrackedSidebandWS extends SidebandWS {
  constructor(...[client, parameters, options]: ConstructorParameters<typeof SidebandWS>) {
    const tracking = trackingFrom(client, "QuotaTrackedSidebandWS");
    super(client, parameters, options);
    trackSocket(this, { ...tracking, endpoint: "live" });
  }
}

/**
 * Tracked subclasses of the SDK's Live sockets on the package `ws`. They count the responses that a session delegates, but
 * not its own sound, which is billed by the second.
 */
import type * as Forks from "openai/resources/live/forks/ws";
import type * as Sideband from "openai/resources/live/sideband/ws";
import type * as Live from "openai/resources/live/ws";
import { newerClass } from "./newer_class.ts";
import { trackingFrom } from "./socket_subclass.ts";
import { trackSocket } from "./track_socket.ts";

const SINCE = "7.14.0";
const LiveWS: typeof Live.LiveWS = await newerClass(() => import("openai/resources/live/ws"), "LiveWS", SINCE);
const ForksWS: typeof Forks.ForksWS = await newerClass(
  () => import("openai/resources/live/forks/ws"),
  "ForksWS",
  SINCE,
);
const SidebandWS: typeof Sideband.SidebandWS = await newerClass(
  () => import("openai/resources/live/sideband/ws"),
  "SidebandWS",
  SINCE,
);

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

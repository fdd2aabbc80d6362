/** The gateway, loaded when its first call comes or when the service has started, whichever is sooner. */
import type { Clock } from "./core/clock.ts";
import type { Gateway } from "./gateway/http/gateway.ts";
import { parseTarget } from "./gateway/target.ts";
import { importLater } from "./runtime/import_later.ts";
import { later } from "./runtime/later.ts";
import type { Log } from "./runtime/log.ts";
import type { Recorder } from "./attempts/recorder.ts";

/** What it is made of when it is wanted. */
export interface GatewayLaterOptions {
  recorder: Recorder;
  upstream_url: string;
  /** URL of the proxy through which the upstream is reached. */
  proxy: string | null;
  clock: Clock;
  /** The upstream key; `null` passes the caller's own through. */
  key: string | null;
  log?: Log;
}

/** A gateway that may not be there yet. */
export interface GatewayLater {
  /** As the gateway itself; the calls that come before it wait for it, their bodies unread. */
  answer: Gateway;
  load(): Promise<unknown>;
  /** Ends the connections to the upstream; what was cut off a moment ago has its estimate then. */
  close(): Promise<void>;
}

/** Loads nothing yet: the start does not wait for half of the service's modules. */
export function gatewayLater({ recorder, upstream_url, proxy, clock, key, log }: GatewayLaterOptions): GatewayLater {
  // Kept apart from its promise: a call that finds it there is not held up by a turn of the loop.
  let there: Gateway | undefined;
  const load = later(async () => {
    const [{ createGateway }, { createUpstream }] = await Promise.all([
      importLater<typeof import("./gateway/http/gateway.ts")>(import.meta.resolve("./gateway/http/gateway.ts")),
      importLater<typeof import("./gateway/upstream/upstream.ts")>(
        import.meta.resolve("./gateway/upstream/upstream.ts"),
      ),
    ]);
    const upstream = createUpstream(upstream_url, { clock, proxy });
    return { gateway: there = createGateway({ recorder, upstream, key, log }), upstream };
  });
  return {
    load,
    answer(request, response) {
      if (there) return there(request, response);
      if (!parseTarget(request.url!, undefined)) return false;
      load().then(
        ({ gateway }) => response.destroyed || gateway(request, response),
        () => response.destroy(),
      );
      return true;
    },
    async close() {
      (await load.loaded)?.upstream.close();
      const url = import.meta.resolve("./attempts/tokens/text_tokens.ts");
      await (await importLater<typeof import("./attempts/tokens/text_tokens.ts")>(url)).tokenizerLoading();
    },
  };
}

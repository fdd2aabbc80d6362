/**
 * Notices that the server accepts no connections any more, and lets it listen again. Deno's listener ends without an error
 * when the process has no file left for a connection, and then accepts none, also when files are free again (Deno 2.9.6; its
 * older listener failed aloud: https://github.com/denoland/deno/issues/10148).
 */
import type { Server as HttpServer } from "node:http";
import { type AddressInfo, connect, Server, type Socket } from "node:net";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../runtime/log.ts";

/** A server that has accepted nothing for so long is tried, and listens again if it accepts nothing for as long after. */
export const TRIED_AFTER_MS = 5000;

/**
 * Watches a listening server.
 *
 * @returns a function that ends the watch. Call it before the server is closed.
 */
export function watchListener(server: HttpServer, clock: Clock, log: Log): () => void {
  const place = server.address() as AddressInfo;
  let attempt: Socket | null = null;
  let hasAccepted = false;
  const endAttempt = () => {
    attempt?.destroy();
    attempt = null;
  };
  const onConnection = () => {
    hasAccepted = true;
    endAttempt();
  };
  const check = () => {
    if (attempt !== null) {
      endAttempt();
      listenAgain(server, place);
      log("listening_again", { reason: `no connection was accepted for ${TRIED_AFTER_MS / 1000} s` });
    } else if (!hasAccepted) attempt = tryToConnect(place, () => attempt = null);
    hasAccepted = false;
  };
  server.on("connection", onConnection);
  const cancel = clock.every(TRIED_AFTER_MS, check);
  return () => {
    cancel();
    server.off("connection", onConnection);
    endAttempt();
  };
}

/** @param onUnsent the attempt says nothing about the server: this process has no file for it. */
function tryToConnect({ address, port }: AddressInfo, onUnsent: () => void): Socket {
  const socket = connect(port, LOOPBACK[address] ?? address);
  socket.on("error", ({ code }: Error & { code?: string }) => {
    if (code === "EMFILE" || code === "ENFILE") onUnsent();
  });
  return socket.unref();
}

/** How a server on all addresses is reached. */
const LOOPBACK: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** Open connections stay, which the server's own `close` would end where they are idle. */
function listenAgain(server: HttpServer, { address, port }: AddressInfo): void {
  Server.prototype.close.call(server);
  server.listen(port, address);
}

/** A service without tracker: it sends the statuses of a test over its WebSocket. */
import { statusBody, wire } from "./statuses.ts";
import type { StatusBody } from "../../shared/quota.ts";

export interface ScriptedService extends AsyncDisposable {
  url: string;
  /** Sends a status to every open socket, and to each that opens later. */
  show(status: Partial<StatusBody>): void;
}

/** Starts on a free port with a normal status. */
export function startScriptedService(): ScriptedService {
  const sockets = new Set<WebSocket>();
  let seq = 0;
  let status = {};
  const update = () => {
    const at = wire(Date.now());
    const data = statusBody({ seq, server_time: at, ...status });
    return JSON.stringify({ type: "quota_update", data, timestamp: at });
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 404 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => (sockets.add(socket), socket.send(update()));
    socket.onmessage = () => socket.send(JSON.stringify({ type: "pong" }));
    socket.onclose = () => sockets.delete(socket);
    return response;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    show(next) {
      [status, seq] = [next, seq + 1];
      for (const socket of sockets) socket.send(update());
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      await server.shutdown();
    },
  };
}

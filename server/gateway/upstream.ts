/** The provider's API, over connections that are kept open. */
import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as SecureAgent, request as httpsRequest } from "node:https";

export interface Exchange {
  method: string;
  /** After the base URL, with query. */
  path: string;
  headers: Record<string, string | string[]>;
  body: Uint8Array;
}

export interface Upstream {
  /** Sends; the response comes to `onResponse`, failures to the request's `error` event. */
  send(exchange: Exchange, onResponse: (response: IncomingMessage) => void): ClientRequest;
  close(): void;
}

const KEEP = { keepAlive: true, maxFreeSockets: 256 };

/** @param base_url without trailing slash. */
export function createUpstream(base_url: string): Upstream {
  const { protocol, hostname, port, pathname } = new URL(base_url);
  const secure = protocol === "https:";
  const agent = secure ? new SecureAgent(KEEP) : new Agent(KEEP);
  const base = pathname === "/" ? "" : pathname;
  const request = secure ? httpsRequest : httpRequest;
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    send({ method, path, headers, body }, onResponse) {
      const sized = body.length > 0 ? { ...headers, "content-length": String(body.length) } : headers;
      const options = { host, port: port || undefined, method, path: `${base}/${path}`, headers: sized, agent };
      const sent = request(options, onResponse);
      // Deno sends a request again by itself when a connection that was kept open ends before the answer, even when the
      // request was destroyed because its caller had left (denoland/deno#36786): a call would be paid twice and counted
      // once. It does so only for what it takes to be on such a connection.
      sent.reusedSocket = false;
      sent.end(body.length > 0 ? body : undefined);
      return sent;
    },
    close: () => agent.destroy(),
  };
}

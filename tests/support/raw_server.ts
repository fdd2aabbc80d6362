/** A server that answers with any bytes, in any pieces. */
import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface RawServer {
  port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that are open. */
  readonly open: number;
  /** The requests as received, each with its body. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Answers one request. `nth` counts from 0 over all connections. */
export type RawReply = (socket: Socket, nth: number) => void;

const HEAD_END = "\r\n\r\n";

/** Starts on a free loopback port. A request is complete after the body that its `content-length` announces. */
export async function startRawServer(reply: RawReply): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let text = "";
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const end = text.indexOf(HEAD_END);
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + HEAD_END.length + length) return;
      requests.push(text);
      text = "";
      reply(socket, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Listening on the configured address. */
import type { AddressInfo, Server } from "node:net";

interface ListenOptions {
  host: string;
  port: number;
  /** Whether the server speaks HTTPS. */
  secure?: boolean;
}

/**
 * Listens, and resolves to the origin at which the server answers. Port 0 takes a free one.
 *
 * @throws {Error} with the system's `code`, such as `EADDRINUSE`.
 */
export function listen(server: Server, { host, port, secure = false }: ListenOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host.replace(/^\[|\]$/g, ""), () => {
      server.off("error", reject);
      resolve(originOf(host, (server.address() as AddressInfo).port, secure));
    });
  });
}

/**
 * The origin of a host and port.
 *
 * @param host a name or address; an IPv6 address with or without brackets.
 */
export function originOf(host: string, port: number, secure = false): string {
  return `${secure ? "https" : "http"}://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}
